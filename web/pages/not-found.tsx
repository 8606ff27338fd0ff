import { MagnifyingGlassIcon } from "@heroicons/react/24/outline"
import { Button } from "@mantine/core"
import { Link } from "wouter"
import { Empty } from "../components/states.tsx"

export function NotFound() {
  return (
    <Empty
      icon={MagnifyingGlassIcon}
      title="There is no such page"
      action={
        <Button component={Link} href="/" mt="sm">
          To the overview
        </Button>
      }
    >
      The address may be misspelt, or belong to another version.
    </Empty>
  )
}
