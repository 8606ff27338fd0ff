// An entity amid what it is related to: what points at it on the left, what it points at on the right.
import "@xyflow/react/dist/style.css"
import { useComputedColorScheme } from "@mantine/core"
import { Background, type Edge, Handle, type Node, type NodeProps, Position, ReactFlow } from "@xyflow/react"
import { useMemo } from "react"
import { Link } from "wouter"
import { type Blueprint, blueprintTitle } from "../api/blueprints.ts"
import { type Entity, relatedOf } from "../api/entities.ts"
import { path } from "../api/http.ts"
import type { Incoming } from "../api/related.ts"
import { inLayers } from "../graph/layout.ts"
import classes from "../graph/node.module.css"

interface RelationGraphProps {
  blueprint: Blueprint
  entity: Entity
  incoming: readonly Incoming[]
}

type EntityNode = Node<{ title: string; about: string; to: string | undefined }, "entity">

const size = { width: 190, height: 48 }
/** Of a relation with many targets; the list beside the graph has them all. */
const mostOfARelation = 6

export function RelationGraph({ blueprint, entity, incoming }: RelationGraphProps) {
  const scheme = useComputedColorScheme()
  const { nodes, edges } = useMemo(() => graphOf(blueprint, entity, incoming), [blueprint, entity, incoming])
  return (
    <ReactFlow
      // Another set of nodes gets a view that shows them all.
      key={nodes.map(({ id }) => id).join()}
      defaultNodes={nodes}
      defaultEdges={edges}
      nodeTypes={nodeTypes}
      className={classes.canvas ?? ""}
      colorMode={scheme}
      fitView
      fitViewOptions={{ maxZoom: 1, padding: 0.12 }}
      minZoom={0.2}
      nodesConnectable={false}
      edgesFocusable={false}
      proOptions={{ hideAttribution: true }}
      aria-label={`What is related to ${entity.title ?? entity.identifier}`}
    >
      <Background />
    </ReactFlow>
  )
}

const nodeTypes = { entity: EntityBox }

function EntityBox({ data }: NodeProps<EntityNode>) {
  const text = (
    <>
      <span className={classes.about}>{data.about}</span>
      <span className={classes.title}>{data.title}</span>
    </>
  )
  return (
    <div className={classes.node} data-center={data.to === undefined || undefined} title={data.title}>
      <Handle type="target" position={Position.Left} className={classes.handle} />
      {data.to === undefined ? <div>{text}</div> : <Link href={data.to}>{text}</Link>}
      <Handle type="source" position={Position.Right} className={classes.handle} />
    </div>
  )
}

function graphOf(
  blueprint: Blueprint,
  entity: Entity,
  incoming: readonly Incoming[],
): { nodes: EntityNode[]; edges: Edge[] } {
  const center = `${entity.blueprint}/${entity.identifier}`
  const nodes = new Map<string, EntityNode>()
  const edges: Edge[] = []
  const add = (of: string, identifier: string, title: string | null, about: string, isCenter = false) => {
    const id = `${of}/${identifier}`
    const to = isCenter ? undefined : path`/entities/${of}/${identifier}`
    const data = { title: title ?? identifier, about, to }
    if (!nodes.has(id)) nodes.set(id, { id, type: "entity", position: { x: 0, y: 0 }, data, ...size })
    return id
  }
  add(entity.blueprint, entity.identifier, entity.title, blueprintTitle(blueprint), true)
  for (const [name, { target, title }] of Object.entries(blueprint.relations)) {
    for (const one of relatedOf(entity.relations[name]).slice(0, mostOfARelation)) {
      const id = add(target, one.identifier, one.title, title || name)
      edges.push({ id: `${name} → ${id}`, source: center, target: id })
    }
  }
  for (const { blueprint: from, relation, entities } of incoming) {
    for (const one of entities.slice(0, mostOfARelation)) {
      const id = add(from.identifier, one.identifier, one.title, blueprintTitle(from))
      edges.push({ id: `${id} → ${relation}`, source: id, target: center })
    }
  }
  return { nodes: inLayers([...nodes.values()], edges, () => size), edges }
}
