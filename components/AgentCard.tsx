/** An agent to choose: a link to its chat page. */
export function AgentCard(
  { name, title, description }: {
    name: string;
    title: string;
    description?: string;
  },
) {
  return (
    <a class="agent" href={`/start-chat?agent=${encodeURIComponent(name)}`}>
      <strong>{title}</strong>
      {description && <span>{description}</span>}
    </a>
  );
}
