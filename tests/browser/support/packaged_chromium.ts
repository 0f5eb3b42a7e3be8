import config from "../../../deno.json" with { type: "json" };

const VERSION = config.imports["@sparticuz/chromium"].split("@").at(-1);

/**
 * The Chromium that an npm package carries, unpacked into the system's temporary
 * folder the first time, and the environment that it needs there: the libraries
 * and fonts that a bare system lacks.
 *
 * @throws where the package has no build for this system.
 */
export async function packagedChromium(): Promise<
  { executablePath: string; env: Record<string, string> }
> {
  if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") {
    throw new Error(
      `No Chromium found for ${Deno.build.os} on ${Deno.build.arch}: install one, or name it in CHROMIUM_PATH`,
    );
  }
  const temporary = Deno.env.get("TMPDIR") || "/tmp";
  const folder = `${temporary}/parley-chromium-${VERSION}`;
  if (!await exists(folder)) await unpack(temporary, folder);
  return {
    executablePath: `${folder}/chromium`,
    env: {
      LD_LIBRARY_PATH: `${folder}/al2023/lib`,
      FONTCONFIG_PATH: `${folder}/fonts`,
    },
  };
}

/**
 * Unpacks beside `folder` and then renames, so that other test processes see all
 * of it or nothing; of several at once, the first to finish wins.
 */
async function unpack(temporary: string, folder: string): Promise<void> {
  const unfinished = await Deno.makeTempDir({
    dir: temporary,
    prefix: `parley-chromium-${VERSION}-unpacking-`,
  });
  try {
    // The package unpacks into TMPDIR, and its libraries only where it believes
    // itself on AWS Lambda: a process of its own keeps both out of this one.
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", import.meta.resolve("./unpack_chromium.ts")],
      env: { TMPDIR: unfinished, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" },
      stdout: "null",
    }).output();
    if (!success) {
      throw new Error(
        `Could not unpack Chromium: ${new TextDecoder().decode(stderr)}`,
      );
    }
    await Deno.writeTextFile(
      `${unfinished}/fonts/fonts.conf`,
      fontConfiguration(folder),
    );
    await Deno.rename(unfinished, folder);
  } catch (error) {
    await Deno.remove(unfinished, { recursive: true });
    if (!await exists(folder)) throw error;
  }
}

/** The package's own configuration knows only the paths of AWS Lambda, and text without a font has no size. */
function fontConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
