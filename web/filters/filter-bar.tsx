// The search box, the filters as words, and a way to more of them.
import { FunnelIcon, MagnifyingGlassIcon, XMarkIcon } from "@heroicons/react/24/outline"
import { Button, CloseButton, Group, Popover, SegmentedControl, TextInput } from "@mantine/core"
import { useDebouncedCallback } from "@mantine/hooks"
import { useState } from "react"
import type { SearchRule } from "../api/entities.ts"
import type { Column } from "../entities/columns.ts"
import classes from "./filter-bar.module.css"
import { FilterForm } from "./filter-form.tsx"
import { ruleText } from "./operators.ts"
import type { Filters } from "./query-text.ts"

interface FilterBarProps {
  columns: readonly Column[]
  filters: Filters
  change: (change: Partial<Filters>) => void
}

export function FilterBar({ columns, filters, change }: FilterBarProps) {
  const { rules, combinator } = filters
  return (
    <Group gap="xs" role="search">
      <SearchBox text={filters.text} change={(text) => change({ text })} />
      {rules.map((rule, index) => (
        <RuleChip
          // biome-ignore lint/suspicious/noArrayIndexKey: two filters may be equal, and their order is theirs
          key={index}
          columns={columns}
          rule={rule}
          change={(changed) => change({ rules: rules.with(index, changed) })}
          remove={() => change({ rules: rules.toSpliced(index, 1) })}
        />
      ))}
      <AddFilter columns={columns} add={(rule) => change({ rules: [...rules, rule] })} />
      {rules.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label="How filters go together"
          data={[
            { value: "and", label: "all of them" },
            { value: "or", label: "any of them" },
          ]}
          value={combinator}
          onChange={(value) => change({ combinator: value === "or" ? "or" : "and" })}
        />
      )}
    </Group>
  )
}

function SearchBox({ text, change }: { text: string; change: (text: string) => void }) {
  const [typed, setTyped] = useState(text)
  const [told, setTold] = useState(text)
  const tell = useDebouncedCallback((value: string) => {
    setTold(value)
    change(value)
  }, 250)
  // The address changed by another way than this box: by a link, or the way back.
  if (text !== told && text !== typed) {
    setTold(text)
    setTyped(text)
  }
  const take = (value: string) => {
    setTyped(value)
    tell(value)
  }
  return (
    <TextInput
      w={{ base: "100%", xs: 260 }}
      aria-label="Search by title or identifier"
      placeholder="Title or identifier"
      leftSection={<MagnifyingGlassIcon width={16} />}
      rightSection={typed && <CloseButton size="sm" aria-label="Clear the search" onClick={() => take("")} />}
      value={typed}
      onChange={(event) => take(event.currentTarget.value)}
    />
  )
}

interface RuleChipProps {
  columns: readonly Column[]
  rule: SearchRule
  change: (rule: SearchRule) => void
  remove: () => void
}

function RuleChip({ columns, rule, change, remove }: RuleChipProps) {
  const [isOpen, setOpen] = useState(false)
  const text = ruleText(rule, columns)
  return (
    <div className={classes.chip}>
      <Popover opened={isOpen} onChange={setOpen} trapFocus shadow="md" position="bottom-start">
        <Popover.Target>
          <button type="button" className={classes.text} onClick={() => setOpen(!isOpen)} title={text}>
            {text}
          </button>
        </Popover.Target>
        <Popover.Dropdown>
          <FilterForm
            columns={columns}
            rule={rule}
            done={(changed) => {
              setOpen(false)
              change(changed)
            }}
          />
        </Popover.Dropdown>
      </Popover>
      <button
        type="button"
        className={classes.remove}
        onClick={remove}
        aria-label={`Remove the filter: ${text}`}
      >
        <XMarkIcon width={14} />
      </button>
    </div>
  )
}

function AddFilter({ columns, add }: { columns: readonly Column[]; add: (rule: SearchRule) => void }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover opened={isOpen} onChange={setOpen} trapFocus shadow="md" position="bottom-start">
      <Popover.Target>
        <Button variant="subtle" leftSection={<FunnelIcon width={16} />} onClick={() => setOpen(!isOpen)}>
          Filter
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <FilterForm
          columns={columns}
          done={(rule) => {
            setOpen(false)
            add(rule)
          }}
        />
      </Popover.Dropdown>
    </Popover>
  )
}
