// All entities that pass the filters as a file, read page by page.
import { ArrowDownTrayIcon } from "@heroicons/react/24/outline"
import { Button, Menu } from "@mantine/core"
import { notifications } from "@mantine/notifications"
import { useState } from "react"
import { type Entity, type EntityPageRequest, fetchEntities } from "../api/entities.ts"
import { describe } from "../components/states.tsx"
import type { Column } from "./columns.ts"
import { toCsv } from "./csv.ts"

interface ExportMenuProps {
  wanted: EntityPageRequest
  columns: readonly Column[]
}

type Format = "csv" | "json"

export function ExportMenu({ wanted, columns }: ExportMenuProps) {
  const [read, setRead] = useState<number>()
  const save = async (format: Format) => {
    setRead(0)
    try {
      const entities = await fetchAll(wanted, setRead)
      const text = format === "csv" ? toCsv(entities, columns) : `${JSON.stringify(entities, null, 2)}\n`
      download(`${wanted.blueprint}.${format}`, text, format === "csv" ? "text/csv" : "application/json")
    } catch (error) {
      const { message, hint } = describe(error)
      notifications.show({
        color: "red",
        title: "The export failed",
        message: hint ? `${message} ${hint}` : message,
      })
    } finally {
      setRead(undefined)
    }
  }
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<ArrowDownTrayIcon width={18} />}
          disabled={read !== undefined}
        >
          {read === undefined ? "Export" : `${read.toLocaleString()} read …`}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void save("csv")}>CSV, the columns shown</Menu.Item>
        <Menu.Item onClick={() => void save("json")}>JSON, whole entities</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** The most that the catalog gives at once. */
const perRequest = 1000

async function fetchAll(wanted: EntityPageRequest, onRead: (count: number) => void): Promise<Entity[]> {
  const all: Entity[] = []
  let from: string | undefined
  do {
    const page = await fetchEntities({ ...wanted, limit: perRequest, from, count: false })
    all.push(...page.entities)
    onRead(all.length)
    from = page.next
  } while (from !== undefined)
  return all
}

function download(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement("a")
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
