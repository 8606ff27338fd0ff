import "@xyflow/react/dist/style.css"
import { useComputedColorScheme } from "@mantine/core"
import {
  Background,
  Controls,
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from "@xyflow/react"
import { createContext, useContext, useMemo } from "react"
import { type Blueprint, blueprintTitle } from "../api/blueprints.ts"
import { inLayers } from "../graph/layout.ts"
import nodeClasses from "../graph/node.module.css"
import classes from "./blueprints.module.css"

interface BlueprintGraphProps {
  blueprints: readonly Blueprint[]
  chosen: string | undefined
  choose: (identifier: string) => void
}

type BlueprintNode = Node<{ blueprint: Blueprint }, "blueprint">

const size = { width: 210, height: 58 }

const Choice = createContext<Pick<BlueprintGraphProps, "chosen" | "choose">>({
  chosen: undefined,
  choose: () => {},
})

export function BlueprintGraph({ blueprints, chosen, choose }: BlueprintGraphProps) {
  const scheme = useComputedColorScheme()
  const { nodes, edges } = useMemo(() => graphOf(blueprints), [blueprints])
  return (
    <Choice value={{ chosen, choose }}>
      <ReactFlow
        key={nodes.map(({ id }) => id).join()}
        defaultNodes={nodes}
        defaultEdges={edges}
        nodeTypes={nodeTypes}
        className={nodeClasses.canvas ?? ""}
        colorMode={scheme}
        fitView
        fitViewOptions={{ maxZoom: 1, padding: 0.1 }}
        minZoom={0.15}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        proOptions={{ hideAttribution: true }}
        aria-label="Blueprints and their relations"
      >
        <Background />
        <Controls showInteractive={false} />
      </ReactFlow>
    </Choice>
  )
}

const nodeTypes = { blueprint: BlueprintBox }

function BlueprintBox({ data: { blueprint } }: NodeProps<BlueprintNode>) {
  const { chosen, choose } = useContext(Choice)
  const isChosen = chosen === blueprint.identifier
  const count = Object.keys(blueprint.schema.properties).length
  return (
    <div className={`${nodeClasses.node} ${classes.node}`} data-center={isChosen || undefined}>
      <Handle type="target" position={Position.Top} className={nodeClasses.handle} />
      <button type="button" aria-pressed={isChosen} onClick={() => choose(blueprint.identifier)}>
        <span className={nodeClasses.title}>{blueprintTitle(blueprint)}</span>
        <span className={nodeClasses.about}>
          {blueprint.identifier} · {count} {count === 1 ? "property" : "properties"}
        </span>
      </button>
      <Handle type="source" position={Position.Bottom} className={nodeClasses.handle} />
    </div>
  )
}

function graphOf(blueprints: readonly Blueprint[]): { nodes: BlueprintNode[]; edges: Edge[] } {
  const known = new Set(blueprints.map(({ identifier }) => identifier))
  const edges = blueprints.flatMap(({ identifier, relations }) =>
    Object.entries(relations)
      .filter(([, { target }]) => known.has(target))
      .map(
        ([name, { title, target, many }]): Edge => ({
          id: `${identifier} ${name}`,
          source: identifier,
          target,
          label: many ? `${title || name} (many)` : title || name,
          markerEnd: { type: MarkerType.ArrowClosed },
          labelShowBg: true,
        }),
      ),
  )
  const nodes = blueprints.map(
    (blueprint): BlueprintNode => ({
      id: blueprint.identifier,
      type: "blueprint",
      position: { x: 0, y: 0 },
      data: { blueprint },
      ...size,
    }),
  )
  return { nodes: inLayers(nodes, edges, () => size, { direction: "TB", gap: 86 }), edges }
}
