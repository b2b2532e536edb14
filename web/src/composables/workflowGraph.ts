// A workflow as a picture: where the server's layers and places put the states, and how the lines between them run. States stand below
// one another; what leads onward past a state runs on the right, what leads back on the left.
export interface GraphState {
  name: string
  layer: number
  place: number
}
export interface GraphLine {
  transition: string
  from: string
  to: string
  back: boolean
}
export interface PlacedState extends GraphState {
  x: number
  y: number
}
export interface PlacedLine extends GraphLine {
  path: string
  /** Where its name stands. */
  x: number
  y: number
  anchor: 'start' | 'middle' | 'end'
}
export interface Picture {
  width: number
  height: number
  states: PlacedState[]
  lines: PlacedLine[]
}

export const NODE = { width: 112, height: 40 }
const COLUMN = 132
const ROW = 84
const LANE = 16
/** Holds the lines that come to a state of the first row from above. */
const MARGIN = 20
/** Room for the names of lines that run on the right. */
const NAMES = 104
/** Height of a name. */
const NAME = 13

/** Lanes of lines that run past states: the innermost that is free over the layers that the line spans. */
function lanes(lines: { from: number; to: number }[]): number[] {
  const taken: { from: number; to: number; lane: number }[] = []
  return lines.map((line) => {
    const span = { from: Math.min(line.from, line.to), to: Math.max(line.from, line.to) }
    let lane = 0
    while (taken.some((other) => other.lane === lane && other.from < span.to && span.from < other.to)) lane += 1
    taken.push({ ...span, lane })
    return lane
  })
}

export function drawWorkflow(states: GraphState[], all: GraphLine[]): Picture {
  const lines = all.filter((one) => one.from !== one.to)
  const layerOf = new Map(states.map((one) => [one.name, one.layer]))
  const layer = (name: string) => layerOf.get(name) ?? 0
  const span = (one: GraphLine) => ({ from: layer(one.from), to: layer(one.to) })
  const past = lines.filter((one) => !one.back && layer(one.to) - layer(one.from) > 1)
  const back = lines.filter((one) => one.back)
  const pastLanes = lanes(past.map(span))
  const backLanes = lanes(back.map(span))
  const room = (of: number[]) => (of.length > 0 ? (Math.max(...of) + 2) * LANE : 0)

  const layers = Math.max(0, ...states.map((one) => one.layer)) + 1
  const fullest = Math.max(1, ...states.map((one) => one.place + 1))
  const left = MARGIN + room(backLanes)
  const inner = fullest * COLUMN
  const placed = states.map((one) => {
    const fellows = states.filter((other) => other.layer === one.layer).length
    const start = left + (inner - fellows * COLUMN) / 2
    return { ...one, x: start + one.place * COLUMN + (COLUMN - NODE.width) / 2, y: MARGIN + one.layer * ROW }
  })
  const at = new Map(placed.map((one) => [one.name, one]))

  const beside = (one: PlacedState) => placed.filter((other) => other.layer === one.layer).length
  const middle = (one: PlacedState) => one.x + NODE.width / 2

  function straight(line: GraphLine, from: PlacedState, to: PlacedState): PlacedLine {
    const [x1, y1, x2, y2] = [middle(from), from.y + NODE.height, middle(to), to.y]
    const half = (y1 + y2) / 2
    const path = `M${x1} ${y1}C${x1} ${half} ${x2} ${half} ${x2} ${y2}`
    return x2 < x1 ? { ...line, path, x: x2 - 6, y: y2 - 4, anchor: 'end' } : { ...line, path, x: x2 + 6, y: x1 === x2 ? half + 4 : y2 - 4, anchor: 'start' }
  }
  /** Leads to the side of a state, or above or below it where a neighbour stands between. */
  function around(line: GraphLine, from: PlacedState, to: PlacedState, lane: number): PlacedLine {
    const side = line.back ? -1 : 1
    const x = (line.back ? left : left + inner) + side * (lane + 1) * LANE
    const free = (one: PlacedState) => (line.back ? one.place === 0 : one.place === beside(one) - 1)
    const edge = (one: PlacedState) => (line.back ? one.x : one.x + NODE.width)
    const y1 = free(from) ? from.y + NODE.height / 2 + 6 : from.y + NODE.height + 10
    const y2 = free(to) ? to.y + NODE.height / 2 - 6 : to.y - 14
    const bend = y2 > y1 ? 8 : -8
    const begin = free(from) ? `M${edge(from)} ${y1}` : `M${middle(from)} ${from.y + NODE.height}V${y1}`
    const end = free(to) ? `H${edge(to)}` : `H${middle(to)}V${to.y}`
    const path = `${begin}H${x - side * 8}Q${x} ${y1} ${x} ${y1 + bend}V${y2 - bend}Q${x} ${y2} ${x - side * 8} ${y2}${end}`
    return { ...line, path, x: x + side * 4, y: (y1 + y2) / 2, anchor: line.back ? 'end' : 'start' }
  }
  const drawn = lines.flatMap((line) => {
    const [from, to] = [at.get(line.from), at.get(line.to)]
    if (!from || !to) return []
    if (line.back) return [around(line, from, to, backLanes[back.indexOf(line)] ?? 0)]
    if (past.includes(line)) return [around(line, from, to, pastLanes[past.indexOf(line)] ?? 0)]
    return [straight(line, from, to)]
  })
  // Names that come to one state from one side stand above one another.
  const names = new Map<string, number[]>()
  for (const one of drawn.filter((line) => !line.back)) {
    const known = names.get(`${one.to} ${one.anchor}`) ?? []
    while (known.some((y) => Math.abs(y - one.y) < NAME)) one.y -= NAME
    names.set(`${one.to} ${one.anchor}`, [...known, one.y])
  }
  const named = Math.max(0, ...drawn.filter((one) => !one.back && one.anchor === 'start').map((one) => one.x + NAMES))
  return { width: Math.max(left + inner + room(pastLanes) + MARGIN, named), height: MARGIN * 2 + (layers - 1) * ROW + NODE.height, states: placed, lines: drawn }
}
