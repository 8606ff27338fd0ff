// Ajv with Port's formats, and its errors in the wording that Port's clients know.
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv"
import formats from "ajv-formats"
import type { JsonObject } from "../../common/json.ts"
import { parseInstant } from "../../database/instant.ts"

/** The first error of a value as `"<path>" must …`, or undefined where the value fits. */
export type Check = (value: unknown) => string | undefined

/**
 * Compiles a JSON schema; throws where it is none. `root` names the whole value in messages. Keywords that are not of
 * JSON schema pass (a property of a blueprint has many). Each schema gets an Ajv of its own: it keeps what it
 * compiled for ever, and blueprints change.
 */
export function compileCheck(schema: JsonObject, root: string): Check {
  const validate = createAjv().compile(schema)
  return (value) => firstError(validate, value, root)
}

/** The check of a schema that stands in the program, compiled at its first use: a start needs none of them. */
export function fixedCheck(schema: JsonObject, root: string): Check {
  let check: Check | undefined
  return (value) => {
    check ??= compileCheck(schema, root)
    return check(value)
  }
}

function createAjv(): Ajv {
  const ajv = new Ajv({
    strict: false,
    allErrors: false,
    ownProperties: true,
    logger: false,
    validateSchema: false,
  })
  formats.default(ajv, ["email", "ipv4", "ipv6"])
  ajv.addFormat("date-time", isDateTime)
  ajv.addFormat("timer", isDateTime)
  // Ajv's own "url" refuses hosts without a dot and private addresses, which self-hosted servers have.
  ajv.addFormat("url", (text) => URL.canParse(text))
  ajv.addFormat("idn-email", /^[^\s@]+@[^\s@]+$/)
  for (const textual of ["yaml", "markdown", "proto", "user", "team", "blueprints"])
    ajv.addFormat(textual, true)
  return ajv
}

function isDateTime(text: string): boolean {
  return parseInstant(text) !== undefined
}

function firstError(validate: ValidateFunction, value: unknown, root: string): string | undefined {
  if (validate(value)) return undefined
  const error = validate.errors?.[0]
  return error ? `"${pathOf(error, root)}" ${error.message ?? "is not valid"}${detailOf(error)}` : undefined
}

function pathOf(error: ErrorObject, root: string): string {
  const path = error.instancePath.slice(1).replaceAll("/", ".").replaceAll("~1", "/").replaceAll("~0", "~")
  if (path === "") return root
  return root === "body" ? path : `${root}.${path}` // Port names a body's own fields without it
}

function detailOf(error: ErrorObject): string {
  if (error.keyword === "additionalProperties") return ` ('${String(error.params.additionalProperty)}')`
  if (error.keyword === "enum") return `: ${(error.params.allowedValues as unknown[]).map(String).join(", ")}` // Ajv's own list
  return ""
}
