import { ExclamationTriangleIcon, XCircleIcon } from "@heroicons/react/24/outline"
import { Text } from "@mantine/core"
import type { Problem } from "../api/mapping.ts"
import classes from "./mapping.module.css"

interface ProblemListProps {
  problems: readonly Problem[]
  warnings: readonly Problem[]
  goTo: (line: number | undefined) => void
}

/** What is wrong with the text, each leading to its line. */
export function ProblemList({ problems, warnings, goTo }: ProblemListProps) {
  if (problems.length + warnings.length === 0) return null
  const all = [
    ...problems.map((problem) => ({ problem, isError: true })),
    ...warnings.map((problem) => ({ problem, isError: false })),
  ]
  return (
    <section className={classes.problems} aria-label="Problems" aria-live="polite">
      {all.map(({ problem, isError }) => (
        <button
          type="button"
          key={`${problem.where} ${problem.what}`}
          className={classes.problem}
          data-error={isError || undefined}
          onClick={() => goTo(problem.line ?? undefined)}
        >
          {isError ? (
            <XCircleIcon width={17} aria-label="Error" />
          ) : (
            <ExclamationTriangleIcon width={17} aria-label="Warning" />
          )}
          <span>
            <Text span inherit fw={500}>
              {problem.line === null ? problem.where : `Line ${problem.line}`}:
            </Text>{" "}
            {problem.what}
            {problem.hint && (
              <Text span inherit c="dimmed">
                {" "}
                {problem.hint}
              </Text>
            )}
          </span>
        </button>
      ))}
    </section>
  )
}
