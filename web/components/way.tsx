// Where a page is, and the way back: above its title.
import { Anchor, Breadcrumbs, Text } from "@mantine/core"
import type { ReactNode } from "react"
import { Link } from "wouter"

interface WayProps {
  /** The pages above, the topmost first: name and address. */
  to: readonly (readonly [name: string, address: string])[]
  /** What is shown, where its title is not enough. */
  here?: ReactNode
}

export function Way({ to, here }: WayProps) {
  return (
    <Breadcrumbs mb={6} fz="sm">
      {to.map(([name, address]) => (
        <Anchor key={address} component={Link} href={address} inherit>
          {name}
        </Anchor>
      ))}
      {here !== undefined && (
        <Text inherit truncate maw={220}>
          {here}
        </Text>
      )}
    </Breadcrumbs>
  )
}
