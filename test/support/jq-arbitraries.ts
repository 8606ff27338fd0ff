// What fast-check makes for jq: objects as Sentry sends them and worse, programs of the simple subset and near it, texts.
import fc from "fast-check"
import type { JsonValue } from "../../src/common/json.ts"

const names = ["id", "title", "count", "tags", "project", "name", "slug", "a", "b", "null", "and"] as const
const oddNames = ["1", "10", "__proto__", "é", "\uFFFD", "\uD83D\uDE00", "\uD800", "a b", "", "A"] as const

const odd = fc.constantFrom<JsonValue>(
  "",
  "é",
  "\uFFFD",
  "\uFF5E",
  "\uD83D\uDE00",
  "a\uD83D\uDE00b",
  "\uD83D",
  "\uDE00x",
  "\u0000",
  "\u007F\u2028",
  'q"\\/',
  "12",
  "-0",
  "007",
  "1.50",
  " 1",
  "nan",
  "1e3",
  "a-b-c",
  "Ab,cD",
  -0,
  0.1,
  1e-7,
  1e21,
  2 ** 53,
  2 ** 53 - 1,
  1.7976931348623157e308,
  12345678901234567000,
  [],
  {},
)

const scalar = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<JsonValue>("x", "prod", "a", "error", 1, 0, 2, -5) },
  { weight: 2, arbitrary: fc.constantFrom<JsonValue>(null, true, false) },
  { weight: 2, arbitrary: odd },
  { weight: 1, arbitrary: fc.integer() },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 5 }) },
)

const key = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...names) },
  { weight: 1, arbitrary: fc.constantFrom(...oddNames) },
)

const { any } = fc.letrec<{ any: JsonValue }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie("any"), { maxLength: 4 }),
    // Made through text, as an answer is: only so `__proto__` is a key like others.
    fc
      .array(fc.tuple(key, tie("any")), { maxLength: 5 })
      .map((pairs) =>
        JSON.parse(`{${pairs.map(([name, item]) => `${JSON.stringify(name)}:${JSON.stringify(item)}`)}}`),
      ),
  ),
}))

const shaped: fc.Arbitrary<JsonValue> = fc.record({
  id: fc.oneof(fc.integer().map(String), scalar),
  title: scalar,
  count: fc.oneof(fc.nat().map(String), scalar),
  tags: fc.oneof(
    fc.array(fc.record({ name: scalar, a: scalar, count: fc.nat({ max: 9 }) }), { maxLength: 3 }),
    any,
  ),
  project: fc.oneof(fc.record({ slug: scalar, name: fc.constant("p"), id: scalar }), any),
  a: any,
  b: any,
})

/** An input of a program. */
export const inputs: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 3, arbitrary: shaped },
  { weight: 1, arbitrary: any },
)

const literal = fc.oneof(
  fc.constantFrom(
    '"x"',
    '"a"',
    '""',
    '"-"',
    '"é\\n"',
    '"\\u00e9\\""',
    "1",
    "0",
    "10",
    "2.5",
    "true",
    "false",
    "null",
  ),
  fc.constantFrom('"\\ud83d\\ude00"', '"\uD83D\uDE00"', "1.0", "1e3", "9007199254740993", '"\uFFFD"', "-1"),
)

const field = fc.oneof(
  {
    weight: 9,
    arbitrary: key.map((name) => (/^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `.${JSON.stringify(name)}`)),
  },
  { weight: 1, arbitrary: key.map((name) => `[${JSON.stringify(name)}]`) },
)

const step = fc.oneof(
  { weight: 6, arbitrary: field },
  {
    weight: 2,
    arbitrary: fc.constantFrom("[]", "[]?", ".[]", "[0]", "[-1]", "[1]?", "[:2]", "[1:]", "[-2:-1]", "?"),
  },
)

const path = fc
  .tuple(
    field.map((first) => (first.startsWith("[") ? `.${first}` : first)),
    fc.array(step, { maxLength: 2 }),
  )
  .map(([first, rest]) => first + rest.join(""))

const words = fc.constantFrom(
  ..."add all any ascii_downcase ascii_upcase empty first keys last length not to_entries tonumber tostring type values".split(
    " ",
  ),
)

const operators = fc.constantFrom("+", "-", "==", "!=", "<", "<=", ">", ">=", "and", "or", "//", ",", "|")

const { term, pipe } = fc.letrec<{ term: string; pipe: string; object: string }>((tie) => ({
  term: fc.oneof(
    { maxDepth: 3 },
    { weight: 5, arbitrary: path },
    { weight: 2, arbitrary: literal },
    { weight: 1, arbitrary: fc.constantFrom(".", "$x", "$y") },
    { weight: 1, arbitrary: words },
    { weight: 2, arbitrary: tie("pipe").map((inner) => `(${inner})`) },
    { weight: 1, arbitrary: tie("pipe").map((inner) => `[${inner}]`) },
    { weight: 1, arbitrary: tie("object") },
    {
      weight: 2,
      arbitrary: fc.tuple(tie("pipe"), tie("term")).map(([one, two]) => `"<\\(${one}) \\( ${two} )>"`),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom("select", "map", "first", "any", "all"), tie("pipe"))
        .map(([name, inner]) => `${name}(${inner})`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          tie("term"),
          fc.constantFrom(
            "contains",
            "endswith",
            "has",
            "join",
            "ltrimstr",
            "rtrimstr",
            "split",
            "startswith",
          ),
          fc.oneof(literal, tie("term")),
        )
        .map(([input, name, argument]) => `(${input} | ${name}(${argument}))`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie("pipe"), tie("pipe"), fc.option(tie("pipe")), fc.option(tie("pipe")))
        .map(([condition, yes, other, no]) => {
          const elif = other === null ? "" : ` elif ${other} then 7`
          return `if ${condition} then ${yes}${elif}${no === null ? "" : ` else ${no}`} end`
        }),
    },
    { weight: 1, arbitrary: fc.tuple(tie("term"), step).map(([of, next]) => `${of}${next}`) },
    { weight: 1, arbitrary: fc.tuple(tie("term"), tie("term")).map(([of, at]) => `${of}[${at}]`) },
  ),
  object: fc
    .array(
      fc.oneof(
        fc.tuple(key, tie("term")).map(([name, item]) => `${JSON.stringify(name)}: ${item}`),
        fc.tuple(fc.constantFrom("a", "b", "if"), tie("term")).map(([name, item]) => `${name}: ${item}`),
        fc.tuple(path, tie("term")).map(([name, item]) => `(${name}): ${item}`),
        fc.tuple(tie("term"), tie("term")).map(([part, item]) => `"k\\(${part})": ${item} | .`),
        fc.constantFrom("id", "a", "$x", '"title"', '"1"'),
      ),
      { maxLength: 3 },
    )
    .map((entries) => `{${entries.join(", ")}}`),
  pipe: fc.oneof(
    { maxDepth: 3 },
    { weight: 2, arbitrary: tie("term") },
    {
      weight: 3,
      arbitrary: fc
        .array(fc.tuple(operators, tie("term")), { minLength: 1, maxLength: 3 })
        .chain((rest) =>
          tie("term").map((first) =>
            rest.reduce((text, [operator, item]) => `${text} ${operator} ${item}`, first),
          ),
        ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie("term"), fc.constantFrom("x", "y"), tie("pipe"))
        .map(([source, name, body]) => `${source} as $${name} | ${body}`),
    },
  ),
}))

/** Mostly of the subset, and mostly right; `$x` and `$y` are always there. */
export const programs: fc.Arbitrary<string> = fc.oneof(
  { weight: 1, arbitrary: term.map((inner) => `.a as $x | .b as $y | ${inner}`) },
  { weight: 1, arbitrary: path },
  { weight: 3, arbitrary: pipe.map((inner) => `.a as $x | .id as $y | ${inner}`) },
)

const tokens = fc.constantFrom(
  ...'. .. .a .b . [ ] [] [0] ( ) { } : , | // ? ?// == = |= < + - * / and or not if then elif else end as $x $__loc__ def reduce try "a" "\\( " ) 1 1.0 .5 1e3 null true empty map( select( @base64 # \n ; a if: {a} {$x} .[ "'.split(
    " ",
  ),
)

/** Programs with a wound, and words in any order: few of them compile. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.array(tokens, { maxLength: 6 }).map((some) => some.join(" ")),
  fc.array(tokens, { maxLength: 6 }).map((some) => some.join("")),
  fc
    .tuple(pipe, fc.nat(), fc.nat({ max: 2 }), fc.oneof(tokens, fc.constant("")))
    .map(([text, at, length, instead]) => {
      const from = at % (text.length + 1)
      return text.slice(0, from) + instead + text.slice(from + length)
    }),
)
