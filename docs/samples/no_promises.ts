// #region guardrail
export const noPromises = {
  name: "No promises",
  check: (text: string) =>
    /\bguarantee/i.test(text) ? "Nobody can guarantee a delivery" : undefined,
};
// #endregion
