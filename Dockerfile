# Parley as a container. Build: docker build -t parley .
# Run: docker run -p 8000:8000 -v parley:/app/data -e OPENAI_API_KEY -e ACCESS_TOKEN parley
FROM denoland/deno:2.9.6

WORKDIR /app
COPY deno.json deno.lock main.ts dev.ts ./
COPY jsr jsr
COPY lib lib
COPY components components
COPY islands islands
COPY routes routes
COPY static static
COPY docs docs

# What is loaded at run time comes along: a container may have no network.
RUN deno task build \
  && deno cache --cached-only=false main.ts _fresh/server.js lib/agents/*.ts lib/tools/*.ts lib/local/audio/*_worker.ts \
  && mkdir data && chown -R deno:deno data

USER deno
ENV HOST=0.0.0.0 PORT=8000
EXPOSE 8000
VOLUME /app/data
# Answers 503 while it drains, so that nobody is sent here any more.
HEALTHCHECK --start-period=10s --interval=10s --timeout=3s \
  CMD ["deno", "eval", "Deno.exit((await fetch(`http://127.0.0.1:${Deno.env.get('PORT')}/api/status`)).ok ? 0 : 1)"]
STOPSIGNAL SIGTERM
CMD ["run", "--cached-only", "--v8-flags=--heap-growing-percent=50", "--allow-read", "--allow-net", "--allow-env", "--allow-write=data", "--allow-sys=networkInterfaces", "main.ts"]
