/** What the text of a setting can stand for. */
import { z } from "zod";

export const wholeNumber = (least: number, most: number) =>
  z.string().regex(/^\d+$/, `is not a whole number`).transform(Number).refine(
    (value) => value >= least && value <= most,
    `is not between ${least} and ${most}`,
  );

export const isHttp = (value: string) =>
  /^https?:$/.test(URL.parse(value)?.protocol ?? "");

export const url = z.string().refine(isHttp, "is no http or https URL");

export const oneOf = <Value extends string>(...values: Value[]) =>
  z.enum(values, { error: () => `is not one of ${values.join(", ")}` });

/** Entries that a comma separates. */
export const list = z.string().transform((text) =>
  text.split(",").map((entry) => entry.trim()).filter((entry) => entry !== "")
);

/** What is thrown over a value is what is wrong with the setting. */
export const orIssue =
  <From, To>(read: (value: From) => To) =>
  (value: From, context: z.RefinementCtx): To => {
    try {
      return read(value);
    } catch (error) {
      const { message } = error as Error;
      context.addIssue({
        code: "custom",
        message: `can't be used: ${message}`,
      });
      return z.NEVER;
    }
  };
