if (Deno.args.includes("build")) {
  const { buildIfNeeded } = await import("./lib/build_stamp.ts");
  await buildIfNeeded(new URL("./", import.meta.url), async () => {
    await (await newBuilder()).build();
  });
} else {
  const { readConfig } = await import("./lib/config.ts");
  const { readEnvironment } = await import("./lib/environment.ts");
  const { host, port } = readConfig(readEnvironment());
  const builder = await newBuilder();
  await builder.listen(() => import("./main.ts"), { hostname: host, port });
}

/** What builds takes longer to load than to see that nothing has to be built. */
async function newBuilder() {
  const { Builder } = await import("fresh/dev");
  return new Builder();
}
