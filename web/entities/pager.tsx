import { ChevronLeftIcon, ChevronRightIcon } from "@heroicons/react/24/outline"
import { Button, Group, Text } from "@mantine/core"
import type { ChangeTable, TableState } from "./table-state.ts"

interface PagerProps {
  state: Pick<TableState, "page" | "from">
  pageSize: number
  /** Rows on this page. */
  shown: number
  /** The cursor of the page behind. */
  next: string | undefined
  /** Of all pages, where it is known. */
  total: number | undefined
  change: ChangeTable
}

const numbers = new Intl.NumberFormat()

export function Pager({ state, pageSize, shown, next, total, change }: PagerProps) {
  const first = state.page * pageSize + 1
  const range = shown === 0 ? "0" : `${numbers.format(first)}–${numbers.format(first + shown - 1)}`
  const of = total === undefined ? (next ? " of more" : "") : ` of ${numbers.format(total)}`
  return (
    <Group justify="space-between">
      <Text size="sm" c="dimmed" className="numeric" aria-live="polite">
        {range}
        {of}
      </Text>
      <Group gap="xs">
        <Button
          variant="default"
          size="xs"
          leftSection={<ChevronLeftIcon width={14} />}
          disabled={state.page === 0}
          onClick={() => goBack(state, change)}
        >
          {state.page > 1 ? "Back" : "First page"}
        </Button>
        <Button
          variant="default"
          size="xs"
          rightSection={<ChevronRightIcon width={14} />}
          disabled={!next}
          onClick={() => next && change({ from: next, page: state.page + 1 })}
        >
          Next page
        </Button>
      </Group>
    </Group>
  )
}

/** Cursors lead forward only; the way back is the browser's own, and from the second page the first one. */
function goBack({ page }: PagerProps["state"], change: ChangeTable): void {
  if (page > 1 && history.length > 1) history.back()
  else change({ from: undefined, page: 0 })
}
