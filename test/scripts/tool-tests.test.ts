// A test file that takes a tool and stands in no list of `npm run test:tools` runs without the tool for ever, and nobody is told.
import { globSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { toolTests } from "../../scripts/tool-tests.ts"

interface Tool {
  name: string
  /** What the text of a test file has that takes it. */
  takesIt: RegExp
  lists: readonly string[]
}

const tools: readonly Tool[] = [
  {
    name: "PostgreSQL",
    takesIt: /process\.env\.TEST_POSTGRES_URL|import \{[^}]*\bengines\b[^}]*\} from "[./a-z]*\/engines\.ts"/,
    lists: [...toolTests.postgres, ...toolTests.postgresAndKafka],
  },
  {
    name: "Kafka",
    takesIt: /process\.env\.TEST_KAFKA|from "[./a-z]*\/support\/kafka\.ts"/,
    lists: [...toolTests.kafka, ...toolTests.postgresAndKafka],
  },
  {
    name: "Chromium",
    takesIt: /process\.env\.TEST_CHROMIUM|from "[./a-z]*\/support\/browser\.ts"/,
    lists: toolTests.chromium,
  },
  { name: "port-ocean", takesIt: /process\.env\.TEST_OCEAN/, lists: toolTests.ocean },
  { name: "mcp-server-port", takesIt: /process\.env\.TEST_MCP_SERVER/, lists: toolTests.mcp },
]

const testFiles = globSync(["src/**/*.test.ts", "test/**/*.test.ts"])

describe.each(tools)("the tests that $name is brought for", ({ takesIt, lists }) => {
  const takers = testFiles.filter((file) => takesIt.test(readFileSync(file, "utf8")))
  const isUnder = (file: string, entry: string) => file === entry || file.startsWith(`${entry}/`)

  it("are all that take it", () => {
    expect(takers.filter((file) => !lists.some((entry) => isUnder(file, entry)))).toEqual([])
  })

  it("take it", () => {
    expect(lists.filter((entry) => !takers.some((file) => isUnder(file, entry)))).toEqual([])
  })
})
