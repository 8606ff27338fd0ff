// Related entities as small links.
import { Group, Text, Tooltip } from "@mantine/core"
import { Link } from "wouter"
import { type Related, relatedOf } from "../api/entities.ts"
import { path } from "../api/http.ts"
import classes from "./relation-chips.module.css"
import { Nothing } from "./value.tsx"

interface RelationChipsProps {
  value: Related | Related[] | null | undefined
  /** The blueprint they are of. */
  target: string
  /** So many are shown in a table; the rest is counted. */
  most?: number
}

export function RelationChips({ value, target, most = Number.POSITIVE_INFINITY }: RelationChipsProps) {
  const related = relatedOf(value)
  if (related.length === 0) return <Nothing />
  const shown = related.slice(0, most)
  const rest = related.slice(most)
  return (
    <Group gap={4} wrap={Number.isFinite(most) ? "nowrap" : "wrap"}>
      {shown.map(({ identifier, title }) => (
        <Link
          key={identifier}
          className={classes.chip}
          href={path`/entities/${target}/${identifier}`}
          title={title ?? identifier}
        >
          {title ?? identifier}
        </Link>
      ))}
      {rest.length > 0 && (
        <Tooltip label={rest.map(({ identifier, title }) => title ?? identifier).join(", ")}>
          <Text span size="sm" c="dimmed">
            +{rest.length}
          </Text>
        </Tooltip>
      )}
    </Group>
  )
}
