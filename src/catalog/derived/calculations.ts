// Calculation properties: jq over the whole entity. What fails, or gives nothing, is null.
import type { JsonObject, JsonValue } from "../../common/json.ts"
import type { Jq } from "../../mapping/jq.ts"
import { portExpression } from "../../mapping/port-quotes.ts"
import type { BlueprintDefinition } from "../rules/blueprint-definition.ts"
import { viewEntity } from "../rules/entity-view.ts"
import type { EntityRecord } from "../store/entities.ts"

export interface CalculationWork {
  records: readonly EntityRecord[]
  /** The other calculated values of each record; calculations see them, but not each other. */
  values: readonly JsonObject[]
  texts: readonly string[]
}

/** For each record the results of the expressions, in their order. */
export async function calculate(
  jq: Jq,
  definition: BlueprintDefinition,
  { records, values, texts }: CalculationWork,
): Promise<JsonValue[][]> {
  const inputs = records.map((record, index) =>
    viewEntity(record, definition, { derived: { values: values[index] ?? {} } }),
  )
  const rows = await jq.evaluate(texts.map(portExpression), inputs)
  return rows.map((cells) => cells.map((cell) => (cell.kind === "value" ? cell.value : null)))
}
