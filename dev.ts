import { Builder } from "fresh/dev";

const builder = new Builder();

if (Deno.args.includes("build")) {
  await builder.build();
} else {
  const { readConfig } = await import("./lib/config.ts");
  const { readEnvironment } = await import("./lib/environment.ts");
  const { host, port } = readConfig(readEnvironment());
  await builder.listen(() => import("./main.ts"), { hostname: host, port });
}
