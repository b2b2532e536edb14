// The plan's clauses as a tree, and which of it is of interest.
import type { Task } from '@/api/types'

export interface TaskNode {
  task: Task
  children: TaskNode[]
}

/** In the order of the plan. A task whose parent is not there stands at the top. */
export function treeOfTasks(tasks: Task[]): TaskNode[] {
  const nodes = new Map(tasks.map((task) => [task.clause, { task, children: [] as TaskNode[] }]))
  const roots: TaskNode[] = []
  for (const node of nodes.values()) {
    const above = node.task.parent ? nodes.get(node.task.parent) : undefined
    ;(above?.children ?? roots).push(node)
  }
  return roots
}

/** What is wanted, with what it lies in. */
export function prune(nodes: TaskNode[], wanted: (task: Task) => boolean): TaskNode[] {
  return nodes.flatMap((node) => {
    const children = prune(node.children, wanted)
    return children.length > 0 || wanted(node.task) ? [{ task: node.task, children }] : []
  })
}
export const countTasks = (nodes: TaskNode[]): number => nodes.reduce((sum, node) => sum + (node.task.lead.length > 0 ? 1 : 0) + countTasks(node.children), 0)
