// One filter: which column, which operator, which value.
import { Button, MultiSelect, NumberInput, Select, Stack, TextInput } from "@mantine/core"
import { type FormEvent, useState } from "react"
import type { SearchRule } from "../api/entities.ts"
import type { Column } from "../entities/columns.ts"
import { type Operator, operatorsFor, periods } from "./operators.ts"

interface FilterFormProps {
  columns: readonly Column[]
  /** The one that is changed; without it a new one is made. */
  rule?: SearchRule
  done: (rule: SearchRule) => void
}

/** Lists open inside the popover, which would close over a click elsewhere. */
const inside = { withinPortal: false }

export function FilterForm({ columns, rule, done }: FilterFormProps) {
  const askable = columns.filter((column) => operatorsFor(column).length > 0)
  const [id, setId] = useState(rule?.property ?? rule?.relation ?? null)
  const column = askable.find((one) => one.id === id)
  const operators = column ? operatorsFor(column) : []
  const [name, setName] = useState<string | null>(rule?.operator ?? null)
  const operator = operators.find((one) => one.operator === name) ?? operators[0]
  const [value, setValue] = useState<unknown>(rule?.value)
  const isWhole = operator?.takes === "none" || isGiven(value)

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!column || !operator || !isWhole) return
    const subject = column.kind === "relation" ? { relation: column.id } : { property: column.id }
    done({ ...subject, operator: operator.operator, ...(operator.takes === "none" ? {} : { value }) })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" w={280}>
        <Select
          label="Column"
          searchable
          data-autofocus
          data={askable.map((one) => ({ value: one.id, label: one.title }))}
          value={id}
          onChange={(chosen) => {
            setId(chosen)
            setName(null)
            setValue(undefined)
          }}
          comboboxProps={inside}
        />
        {column && operator && (
          <>
            <Select
              label="Condition"
              allowDeselect={false}
              data={operators.map((one) => ({ value: one.operator, label: one.text }))}
              value={operator.operator}
              onChange={(chosen) => {
                const next = operators.find((one) => one.operator === chosen)
                if (next?.takes !== operator.takes) setValue(undefined)
                setName(chosen)
              }}
              comboboxProps={inside}
            />
            <ValueInput
              key={`${id} ${operator.takes}`}
              column={column}
              operator={operator}
              value={value}
              onChange={setValue}
            />
          </>
        )}
        <Button type="submit" disabled={!column || !isWhole}>
          {rule ? "Change" : "Add"}
        </Button>
      </Stack>
    </form>
  )
}

interface ValueInputProps {
  column: Column
  operator: Operator
  value: unknown
  onChange: (value: unknown) => void
}

function ValueInput({ column, operator, value, onChange }: ValueInputProps) {
  const label = "Value"
  switch (operator.takes) {
    case "none":
      return null
    case "text":
      return (
        <TextInput
          label={label}
          value={textOf(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )
    case "number":
      return (
        <NumberInput
          label={label}
          value={typeof value === "number" ? value : ""}
          onChange={(given) => onChange(given)}
        />
      )
    case "choice":
    case "choices":
      return (
        <MultiSelect
          label={label}
          data={(column.property?.enum ?? []).map(String)}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={(chosen) => onChange(chosen.map((text) => asInEnum(text, column)))}
          comboboxProps={inside}
        />
      )
    case "yes-no":
      return (
        <Select
          label={label}
          data={[
            { value: "true", label: "yes" },
            { value: "false", label: "no" },
          ]}
          value={typeof value === "boolean" ? String(value) : null}
          onChange={(chosen) => onChange(chosen === null ? undefined : chosen === "true")}
          comboboxProps={inside}
        />
      )
    case "period":
      return (
        <Select
          label="Period"
          data={[...periods]}
          value={presetOf(value)}
          onChange={(preset) => onChange(preset === null ? undefined : { preset })}
          comboboxProps={inside}
        />
      )
  }
}

function isGiven(value: unknown): boolean {
  return (
    value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0)
  )
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : ""
}

function presetOf(value: unknown): string | null {
  return typeof value === "object" && value !== null && "preset" in value ? String(value.preset) : null
}

/** Numbers of an enum are asked for as numbers. */
function asInEnum(text: string, column: Column): string | number {
  return column.property?.enum?.find((value) => String(value) === text) ?? text
}
