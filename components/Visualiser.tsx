import { useLayoutEffect, useRef } from "preact/hooks";
import { OrbView, type Scene } from "../lib/client/sound/orb_view.ts";

/** What the conversation is doing, as a moving picture of its sound. */
export function Visualiser(scene: Scene) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(scene);
  latest.current = scene;
  const view = useRef<OrbView>();
  useLayoutEffect(() => {
    const drawn = new OrbView(canvas.current!, () => latest.current);
    view.current = drawn;
    return () => drawn.close();
  }, []);
  useLayoutEffect(() => view.current?.update(), [scene.state, scene.muted]);
  return (
    <canvas
      ref={canvas}
      class={scene.muted ? "visualiser muted" : "visualiser"}
      aria-hidden="true"
      data-state={scene.state}
    />
  );
}
