import { useMessages } from "../lib/language/context.ts";

/** The line at the top of every page. */
export function SiteHeader({ title }: { title?: string }) {
  const { site } = useMessages();
  return (
    <header class="site">
      <a href="/" class="brand">
        <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
          <rect width="32" height="32" rx="9" fill="currentColor" />
          <g
            stroke="var(--page)"
            stroke-width="2.6"
            stroke-linecap="round"
          >
            <path d="M9 13v6M14 9v14M19 12v8M24 14.5v3" />
          </g>
        </svg>
        <span>Parley</span>
      </a>
      {title && <h1>{title}</h1>}
      <nav>
        {/* Beside a title there is little room, and nobody is to leave. */}
        {title === undefined && (
          <>
            <a href="/docs">{site.docs}</a> <span aria-hidden="true">·</span>
            {" "}
          </>
        )}
        <a href="/conversations">{site.past}</a>
      </nav>
    </header>
  );
}
