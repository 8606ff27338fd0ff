// An index over the members of JSON objects for SQLite, which has none of its own: each scalar becomes a word, and the
// words stand in a full-text table (FTS5) that triggers keep. As PostgreSQL's GIN it finds candidates; who asks decides.
import { type RawBuilder, sql } from "kysely"
import { isJsonObject, type JsonValue, parseJson } from "../common/json.ts"
import { parseInstant } from "./instant.ts"

export interface IndexedTable {
  table: string
  /** A text column whose value is a word too. */
  group: string
  /** The column with the JSON object. */
  json: string
}

/** The function of SQL that gives the words of a row: `group`, JSON text → words with spaces between. */
export const wordsFunction = "ocean_words"

/** The statements that make the index called `name`, and fill it. */
export function wordIndexStatements(
  name: string,
  { table, group, json }: IndexedTable,
): RawBuilder<unknown>[] {
  const [index, rows, kind, object, words] = [name, table, group, json, wordsFunction].map((one) =>
    sql.ref(one),
  )
  const trigger = (event: string) => sql.ref(`${name}_${event}`)
  const put = sql`insert into ${index}(rowid, words) values (new.id, ${words}(new.${kind}, new.${object}));`
  const drop = sql`delete from ${index} where rowid = old.id;`
  return [
    // Without the words' text and places: 5 MB for 100,000 entities, and a hundredth of a millisecond to add one.
    sql`create virtual table ${index} using fts5(words, content='', contentless_delete=1, detail='none', tokenize='ascii')`,
    sql`insert into ${index}(rowid, words) select id, ${words}(${kind}, ${object}) from ${rows}`,
    sql`create trigger ${trigger("insert")} after insert on ${rows} begin ${put} end`,
    sql`create trigger ${trigger("update")} after update of ${kind}, ${object} on ${rows}
      when new.${kind} is not old.${kind} or new.${object} is not old.${object} begin ${drop} ${put} end`,
    sql`create trigger ${trigger("delete")} after delete on ${rows} begin ${drop} end`,
  ]
}

/** The word of a row whose group is this. */
export function groupWord(group: string): string {
  return wordOf(group, hashOf("group"))
}

/** The words of which a row has one if its member, or an element of it, equals the value or is the same instant. */
export function memberWords(key: string, value: string | number | boolean): string[] {
  const start = hashOf(`${typeof value} ${key}`)
  const word = wordOf(String(value), start)
  const instant = typeof value === "string" ? parseInstant(value) : undefined
  return instant === undefined ? [word] : [word, wordOf(String(instant), hashOf(`instant ${key}`))]
}

/** What `wordsFunction` answers. */
export function wordsOfRow(group: unknown, json: unknown): string {
  const object = typeof json === "string" ? parseJson(json) : undefined
  let words = groupWord(String(group))
  for (const [key, member] of isJsonObject(object) ? Object.entries(object) : []) {
    for (const value of Array.isArray(member) ? member : [member]) {
      if (isScalar(value)) words += ` ${memberWords(key, value).join(" ")}`
    }
  }
  return words
}

function isScalar(value: JsonValue): value is string | number | boolean {
  return value !== null && typeof value !== "object"
}

interface Hash {
  high: number
  low: number
}

/** Keys are few and come again with every row. */
const known = new Map<string, Hash>()
const mostKnown = 2_000

function hashOf(text: string): Hash {
  const before = known.get(text)
  if (before) return before
  const hash = hashed(text, { high: 0xdeadbeef, low: 0x41c6ce57 })
  if (known.size >= mostKnown) known.clear()
  known.set(text, hash)
  return hash
}

function hashed(text: string, { high, low }: Hash): Hash {
  let [left, right] = [high, low]
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    left = Math.imul(left ^ unit, 2_654_435_761)
    right = Math.imul(right ^ unit, 1_597_334_677)
  }
  return { high: left, low: right }
}

/** 50 bits (two products, crossed), five to a letter. Two texts with one word cost a second look, no more. */
function wordOf(text: string, start: Hash): string {
  const { high, low } = hashed(text, start)
  const left = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909)
  const right = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(left ^ (left >>> 13), 3_266_489_909)
  // By hand: a large number's `toString(36)` takes a thousand nanoseconds, this fifty.
  return String.fromCharCode(
    letter(left),
    letter(left >>> 5),
    letter(left >>> 10),
    letter(left >>> 15),
    letter(left >>> 20),
    letter(right),
    letter(right >>> 5),
    letter(right >>> 10),
    letter(right >>> 15),
    letter(right >>> 20),
  )
}

/** `0` to `9`, then `a` to `v`: letters of a word to FTS5. */
function letter(bits: number): number {
  const five = bits & 31
  return five < 10 ? 48 + five : 87 + five
}
