/** An agent to choose: a link to its chat page. */
export function AgentCard(
  { name, title, description, phrase }: {
    name: string;
    title: string;
    description?: string;
    /** Something to say to it. */
    phrase?: string;
  },
) {
  return (
    <a class="agent" href={`/start-chat?agent=${encodeURIComponent(name)}`}>
      <strong>{title}</strong>
      {description && <span>{description}</span>}
      {phrase && <q>{phrase}</q>}
    </a>
  );
}
