// Raw objects to try a mapping on, of a file.
import { readFile } from "node:fs/promises"
import { errorText, InvalidInput } from "../../common/errors.ts"
import { isJsonObject, type JsonObject, parseJson } from "../../common/json.ts"
import type { Samples } from "../../resync/try-mapping/first-page.ts"

/** One object or a list of them, as the mapping would see them: with what their kind adds (`__tags` …). */
export async function samplesOfFile(path: string): Promise<Samples> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw wrongSample(path, errorText(error))
  })
  const value = parseJson(text)
  if (value === undefined) throw wrongSample(path, "is not JSON")
  const items = [value].flat().map((raw, at) => {
    if (!isJsonObject(raw)) throw wrongSample(path, "expected an object, or a list of objects")
    return { raw, origin: { part: "", id: nameOf(raw, at) } }
  })
  return { items, unread: [] }
}

function wrongSample(path: string, what: string): InvalidInput {
  return new InvalidInput("The sample cannot be used", [{ where: path, what }])
}

function nameOf(raw: JsonObject, at: number): string {
  const name = raw.id ?? raw.slug
  return typeof name === "string" || typeof name === "number" ? String(name) : `#${at + 1}`
}
