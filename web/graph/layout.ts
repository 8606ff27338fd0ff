// Places for nodes: in layers along the arrows.
import { graphlib, layout } from "@dagrejs/dagre"
import type { Edge, Node } from "@xyflow/react"

export interface Size {
  width: number
  height: number
}

/** The nodes with a place each; `size` tells how much room one takes, `gap` how far layers are apart. */
export function inLayers<N extends Node>(
  nodes: readonly N[],
  edges: readonly Edge[],
  size: (node: N) => Size,
  { direction = "LR", gap = 96 }: { direction?: "LR" | "TB"; gap?: number } = {},
): N[] {
  const graph = new graphlib.Graph({ multigraph: true })
  graph.setGraph({ rankdir: direction, nodesep: 26, ranksep: gap, marginx: 16, marginy: 16 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const node of nodes) graph.setNode(node.id, { ...size(node) })
  for (const edge of edges) graph.setEdge(edge.source, edge.target, {}, edge.id)
  layout(graph)
  return nodes.map((node) => {
    const { width, height } = size(node)
    const { x, y } = graph.node(node.id)
    return { ...node, position: { x: x - width / 2, y: y - height / 2 } }
  })
}
