// The tree of an explanation comes as text, two blanks a level; a star marks what decided the answer.
export interface TreeNode {
  text: string
  decides: boolean
  children: TreeNode[]
}

export function readTree(text: string): TreeNode[] {
  const roots: TreeNode[] = []
  const path: TreeNode[] = []
  for (const line of text.split('\n')) {
    const parts = /^( *)([*-] )?(.*)$/.exec(line)
    if (!parts?.[3]?.trim()) continue
    const depth = Math.floor((parts[1] ?? '').length / 2)
    const node: TreeNode = { text: parts[3].trim(), decides: parts[2] === '* ', children: [] }
    path.length = Math.min(depth, path.length)
    const above = path.at(-1)
    if (above) above.children.push(node)
    else roots.push(node)
    path.push(node)
  }
  return roots
}
