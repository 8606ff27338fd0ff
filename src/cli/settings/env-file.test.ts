import { describe, expect, it } from "vitest"
import { parseEnvFile } from "./env-file.ts"

describe("a .env file", () => {
  it.each([
    ["A=1", "1"],
    ["export A=1", "1"],
    ["  A = spaced out  ", "spaced out"],
    ["A=", ""],
    ["A=a#b", "a#b"],
    ["A=a # comment", "a"],
    ["A= # comment", ""],
    ["A=x=y", "x=y"],
    [`A='{"type":"ONCE"}'`, '{"type":"ONCE"}'],
    [`A='a # b' # c`, "a # b"],
    [`A="two\\nlines \\"quoted\\""`, 'two\nlines "quoted"'],
    [`A='no \\n escape'`, "no \\n escape"],
    [`A={"type":"ONCE","interval":5}`, '{"type":"ONCE","interval":5}'],
    [`A='it`, "'it"],
  ])("reads %s", (line, value) => {
    expect(parseEnvFile(line).lines).toEqual([{ name: "A", value, line: 1 }])
  })

  it("counts lines, also over comments, line ends of Windows and values of several lines", () => {
    const file = parseEnvFile('# first\r\n\r\nA=1\r\nB="x\r\ny"\r\nnonsense\r\nC=3')
    expect(file.lines).toEqual([
      { name: "A", value: "1", line: 3 },
      { name: "B", value: "x\r\ny", line: 4 },
      { name: "C", value: "3", line: 7 },
    ])
    expect(file.unreadable).toEqual([6])
  })
})
