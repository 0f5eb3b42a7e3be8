import * as std from "@std/assert";
import {
  assert,
  assertEquals,
  type AssertionError,
  assertRejects,
  assertThrows,
} from "@std/assert";

/** Checks that an assertion holds for one set of values and fails for another. */
function judge(name: string, holds: () => unknown, fails: () => unknown): void {
  Deno.test(name, () => {
    holds();
    const error: AssertionError = assertThrows(fails, std.AssertionError);
    assertEquals(error.name, "AssertionError");
  });
}

judge("assert", () => assert(1), () => assert(0, "zero"));
judge("assertFalse", () => std.assertFalse(""), () => std.assertFalse(1));
judge("assertExists", () => std.assertExists(0), () => std.assertExists(null));
judge(
  "assertStrictEquals",
  () => std.assertStrictEquals(NaN, NaN),
  () => std.assertStrictEquals({}, {}),
);
judge(
  "assertNotStrictEquals",
  () => std.assertNotStrictEquals({}, {}),
  () => std.assertNotStrictEquals(1, 1),
);
judge(
  "assertNotEquals",
  () => std.assertNotEquals([1], [2]),
  () => std.assertNotEquals([1], [1]),
);
judge(
  "assertInstanceOf",
  () => std.assertInstanceOf(new Date(), Date),
  () => std.assertInstanceOf({}, Date),
);
judge(
  "assertMatch",
  () => std.assertMatch("abc", /b/),
  () => std.assertMatch("abc", /x/),
);
judge(
  "assertNotMatch",
  () => std.assertNotMatch("abc", /x/),
  () => std.assertNotMatch("abc", /b/),
);
judge(
  "assertStringIncludes",
  () => std.assertStringIncludes("abc", "bc"),
  () => std.assertStringIncludes("abc", "cb"),
);
judge(
  "assertArrayIncludes",
  () => std.assertArrayIncludes([{ a: 1 }, 2], [{ a: 1 }]),
  () => std.assertArrayIncludes([1, 2], [2, 3]),
);
judge(
  "assertObjectMatch",
  () =>
    std.assertObjectMatch(
      { a: { b: 1, c: 2 }, d: [{ e: 1, f: 2 }], g: 1 },
      { a: { b: 1 }, d: [{ e: 1 }] },
    ),
  () => std.assertObjectMatch({ a: { b: 1 } }, { a: { b: 1, c: undefined } }),
);
judge(
  "assertAlmostEquals",
  () => std.assertAlmostEquals(0.1 + 0.2, 0.3),
  () => std.assertAlmostEquals(1, 1.01, 0.001),
);
judge(
  "assertGreater",
  () => std.assertGreater(2, 1),
  () => std.assertGreater(1, 1),
);
judge(
  "assertGreaterOrEqual",
  () => std.assertGreaterOrEqual(1, 1),
  () => std.assertGreaterOrEqual(0, 1),
);
judge("assertLess", () => std.assertLess(1, 2), () => std.assertLess(1, 1));
judge(
  "assertLessOrEqual",
  () => std.assertLessOrEqual(1, 1),
  () => std.assertLessOrEqual(2, 1),
);
judge(
  "assertIsError",
  () => std.assertIsError(new TypeError("a b"), TypeError, /a/),
  () => std.assertIsError(new TypeError("a b"), RangeError),
);
judge(
  "assertThrows, nothing thrown",
  () => assertThrows(() => fail("x")),
  () => assertThrows(() => 1),
);
judge(
  "assertThrows, another message",
  () => assertThrows(() => fail("x y"), Error, "y"),
  () => assertThrows(() => fail("x y"), Error, "z"),
);
judge("fail", () => {}, () => std.fail("words"));
judge("unreachable", () => {}, () => std.unreachable());

function fail(message: string): never {
  throw new Error(message);
}

Deno.test("assertEquals compares structure", () => {
  assertEquals({ a: [1, new Map([["k", new Set([1])]])], n: NaN }, {
    n: NaN,
    a: [1, new Map([["k", new Set([1])]])],
  });
  const different: [unknown, unknown][] = [
    [{ a: undefined }, {}],
    [[1, 2], [2, 1]],
    [new Date(0), new Date(1)],
    [new URL("http://a/"), new URL("http://b/")],
    [new Uint8Array([1]), new Uint8Array([2])],
    [/a/, /a/i],
    ["1", 1],
  ];
  for (const [a, b] of different) {
    assertThrows(() => assertEquals(a, b), std.AssertionError);
    std.assertNotEquals(a, b);
  }
});

Deno.test("The author's words are part of the message", () => {
  assertThrows(() => assertEquals(1, 2, "words"), std.AssertionError, "words");
  assertThrows(() => assert(false, "words"), std.AssertionError, "words");
  assertThrows(() => std.assertMatch("a", /b/, "words"), Error, "words");
});

Deno.test("assertThrows and assertRejects return what was thrown", async () => {
  const error = new RangeError("far out");
  const thrown: RangeError = assertThrows(() => {
    throw error;
  }, RangeError);
  const rejected: RangeError = await assertRejects(
    () => Promise.reject(error),
    RangeError,
    "far",
  );
  assert(thrown === error && rejected === error);
});

Deno.test("assertRejects refuses what resolves or throws at once", async () => {
  await assertRejects(
    () => assertRejects(() => Promise.resolve()),
    std.AssertionError,
  );
  await assertRejects(
    () => assertRejects(() => fail("at once")),
    std.AssertionError,
    "throws",
  );
});

Deno.test("Assertions narrow types", () => {
  const given: unknown = "text";
  assert(typeof given === "string");
  const length: number = given.length;
  const maybe = [1, 2].find((n) => n > 1);
  std.assertExists(maybe);
  const sum: number = maybe + length;
  assertEquals(sum, 6);
});
