import { type RunningParley, startParley } from "../../support/app.ts";
import { copyProject, type ProjectCopy } from "../../support/project_copy.ts";
import { startWeather } from "../../support/weather_service.ts";
import { type Browser, launchChromium } from "./chromium.ts";

/** What the steps of a test have in common; a page, in a context of its own, each opens itself. */
export interface Shared {
  browser: Browser;
}

/** With the application. */
export interface SharedApp extends Shared {
  app: RunningParley;
}

/** With a project of the test's own. */
export interface SharedProject extends SharedApp {
  project: ProjectCopy;
}

type Step<Place> = (
  place: Place & { test: Deno.TestContext },
) => Promise<void>;

/**
 * A test with one browser, and what else is opened, for all of its steps: to start
 * them takes longer than most steps do. A step's pages are closed after it: one
 * that waits at its end for a server of its own to be gone closes them itself.
 *
 * @returns What adds a step, under a sentence of its own.
 */
export function sharedSteps<Place extends Shared>(
  name: string,
  open: (stack: AsyncDisposableStack) => Promise<Place>,
): (name: string, step: Step<Place>) => void {
  const steps: [name: string, step: Step<Place>][] = [];
  Deno.test(name, async (test) => {
    await using stack = new AsyncDisposableStack();
    const place = await open(stack);
    for (const [name, step] of steps) {
      await test.step(name, (test) => step({ ...place, test }));
      for (const context of place.browser.contexts()) await context.close();
    }
  });
  return (name, step) => void steps.push([name, step]);
}

/**
 * The same, with the application.
 *
 * @param options.weather Whether a weather service is in reach of it.
 */
export function sharedApp(
  name: string,
  { weather = false }: { weather?: boolean } = {},
): (name: string, step: Step<SharedApp>) => void {
  return sharedSteps(name, async (stack) => {
    const env = weather ? stack.use(startWeather()).env : {};
    const app = stack.use(await startParley({ env }));
    return { app, browser: stack.use(await launchChromium()) };
  });
}

/** The same, with the application of a project that is the test's own. */
export function sharedProject(
  name: string,
  prepare: (project: ProjectCopy) => Promise<void>,
): (name: string, step: Step<SharedProject>) => void {
  return sharedSteps(name, async (stack) => {
    const project = stack.use(await copyProject());
    await prepare(project);
    const app = stack.use(await startParley({ root: project.root }));
    return { project, app, browser: stack.use(await launchChromium()) };
  });
}
