/** Gives the headings of one page their ids, as GitHub does. */
export class Slugs {
  readonly #given = new Map<string, number>();

  /** The id of the next heading; one that is there already gets a number. */
  next(heading: string): string {
    const slug = heading.toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .replaceAll(" ", "-");
    const before = this.#given.get(slug) ?? 0;
    this.#given.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  }
}
