// As much of GitHub's runner as the workflows and the action here use: expressions, composite actions, files for outputs.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"
import { freshFolder } from "../../support/program.ts"
import { type Secrets, shell } from "./pipeline.ts"

interface Step {
  id?: string
  uses?: string
  run?: string
  with?: Record<string, unknown>
  env?: Record<string, unknown>
}

interface Action {
  inputs: Record<string, { required?: boolean; default?: unknown }>
  outputs?: Record<string, { value: string }>
  runs: { steps: Step[] }
}

export interface JobEnd {
  code: number
  /** As GitHub shows it: masked. */
  log: string
  outputs: Record<string, string>
  summary: string
}

type Context = Record<string, unknown>

export interface JobOptions {
  secrets: Secrets
  env: Record<string, string>
  /** Of actions in the repository, by their path. */
  actions?: Record<string, string>
}

/** The one job of a workflow. Actions of GitHub's own (checkout, setup-node) are what the machine has done already. */
export async function runWorkflow(text: string, options: JobOptions): Promise<JobEnd> {
  const workflow = parse(text) as { jobs: Record<string, { steps: Step[] }> }
  const [job] = Object.values(workflow.jobs)
  const end: JobEnd = { code: 0, log: "", outputs: {}, summary: "" }
  for (const step of job?.steps ?? []) {
    if (step.uses?.startsWith("actions/")) continue
    const local = step.uses?.replace(/^\.\//, "")
    const action = local === undefined ? undefined : options.actions?.[local]
    if (local !== undefined && action === undefined) throw new Error(`no action ${local}`)
    const ran =
      action === undefined
        ? await runStep(step, { secrets: options.secrets }, options)
        : await runAction(action, fill(step.with ?? {}, { secrets: options.secrets }), options)
    end.log += ran.log
    end.summary += ran.summary
    Object.assign(end.outputs, ran.outputs)
    if (ran.code !== 0) return { ...end, code: ran.code }
  }
  return end
}

/** A composite action with its inputs. */
export async function runAction(
  text: string,
  given: Record<string, string>,
  options: Pick<JobOptions, "env">,
): Promise<JobEnd> {
  const action = parse(text) as Action
  const unknown = Object.keys(given).filter((name) => !(name in action.inputs))
  if (unknown.length > 0) throw new Error(`the action has no input ${unknown.join(", ")}`)
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, { default: standard }]) => [
      name,
      given[name] ?? String(standard ?? ""),
    ]),
  )
  const steps: Record<string, { outputs: Record<string, string> }> = {}
  let end: JobEnd = { code: 0, log: "", outputs: {}, summary: "" }
  for (const step of action.runs.steps) {
    end = await runStep(step, { inputs, steps }, options)
    if (step.id !== undefined) steps[step.id] = { outputs: end.outputs }
    if (end.code !== 0) break
  }
  const outputs = fill(
    Object.fromEntries(Object.entries(action.outputs ?? {}).map(([name, { value }]) => [name, value])),
    { inputs, steps },
  )
  return { ...end, outputs }
}

async function runStep(step: Step, context: Context, { env }: Pick<JobOptions, "env">): Promise<JobEnd> {
  const folder = freshFolder()
  const temp = join(folder, "temp")
  const workspace = join(folder, "workspace")
  for (const one of [temp, workspace]) mkdirSync(one)
  const [output, summary, script] = ["output", "summary", "script.sh"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  for (const file of [output, summary]) writeFileSync(file, "")
  if (/\$\{\{/.test(step.run ?? "")) throw new Error("an expression is pasted into a script")
  writeFileSync(script, step.run ?? "")
  const { code, output: log } = await shell(["bash", "--noprofile", "--norc", "-eo", "pipefail", script], {
    cwd: workspace,
    env: {
      ...env,
      ...fill(step.env ?? {}, context),
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      RUNNER_TEMP: temp,
      TMPDIR: temp,
    },
  })
  const outputs = Object.fromEntries(
    readFileSync(output, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.split("=", 2) as [string, string]),
  )
  return { code, log: masked(log), outputs, summary: readFileSync(summary, "utf8") }
}

function fill(texts: Record<string, unknown>, context: Context): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      name,
      String(text).replaceAll(/\$\{\{\s*([\w.]+)\s*\}\}/g, (_, path: string) => {
        const value = path
          .split(".")
          .reduce<unknown>((at, part) => (at as Context | undefined)?.[part], context)
        return String(value ?? "") // an unset secret is the empty text, as on GitHub
      }),
    ]),
  )
}

function masked(log: string): string {
  const masks = [...log.matchAll(/^::add-mask::(.+)$/gm)].map(([, value = ""]) => value)
  const lines = log.split("\n").filter((line) => !line.startsWith("::add-mask::"))
  return masks.reduce((text, value) => text.replaceAll(value, "***"), lines.join("\n"))
}
