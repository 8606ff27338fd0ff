import { ViewColumnsIcon } from "@heroicons/react/24/outline"
import { Button, Checkbox, Popover, ScrollArea, Stack } from "@mantine/core"
import type { Column } from "./columns.ts"
import { type ChangeTable, defaultShown } from "./table-state.ts"

interface ColumnMenuProps {
  columns: readonly Column[]
  shown: readonly string[]
  change: ChangeTable
}

/** Which columns are shown. The title always is: it leads to the entity. */
export function ColumnMenu({ columns, shown, change }: ColumnMenuProps) {
  const choose = (ids: readonly string[]) => {
    const chosen = columns.map(({ id }) => id).filter((id) => id === "$title" || ids.includes(id))
    change({ shown: chosen })
  }
  return (
    <Popover position="bottom-end" trapFocus shadow="md">
      <Popover.Target>
        <Button variant="default" leftSection={<ViewColumnsIcon width={18} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Checkbox.Group value={[...shown]} onChange={choose} aria-label="Columns">
          <ScrollArea.Autosize mah={360} type="auto">
            <Stack gap={8} pr="md">
              {columns
                .filter(({ id }) => id !== "$title")
                .map(({ id, title }) => (
                  <Checkbox key={id} value={id} label={title} size="sm" />
                ))}
            </Stack>
          </ScrollArea.Autosize>
        </Checkbox.Group>
        <Button
          mt="sm"
          size="compact-sm"
          variant="subtle"
          onClick={() => change({ shown: defaultShown(columns) })}
        >
          As at first
        </Button>
      </Popover.Dropdown>
    </Popover>
  )
}
