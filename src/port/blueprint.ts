// A blueprint as Port answers it; what we do not use passes through.
import { z } from "zod"

const Relation = z.looseObject({
  target: z.string(),
  required: z.boolean().default(false),
  many: z.boolean().default(false),
})

export const Blueprint = z.looseObject({
  identifier: z.string(),
  title: z.string().optional(),
  schema: z.looseObject({
    properties: z.record(z.string(), z.looseObject({ type: z.string().optional() })).default({}),
    required: z.array(z.string()).default([]),
  }),
  relations: z.record(z.string(), Relation).default({}),
})
export type Blueprint = z.infer<typeof Blueprint>
