/// The strongly connected components of a graph: nodes that can reach each other.
///
/// Tarjan, "Depth-first search and linear graph algorithms" (1972), with its recursion as a
/// stack of our own, since a definition may be a thousand states deep.
struct Components {
    /// Node → number of its component.
    ///
    /// Ways between components lead from higher numbers to lower ones.
    private(set) var component: [Int]
    /// By component.
    private(set) var members: [[Int]] = []
    /// Whether a walk can come round: more than one node, or one with a way to itself.
    private(set) var isLoop: [Bool] = []

    /// - Parameter targets: node → where its ways lead.
    init(_ targets: [[Int]]) {
        component = Array(repeating: -1, count: targets.count)
        var order = Array(repeating: -1, count: targets.count)
        var low = order
        var open: [Int] = []
        var isOpen = Array(repeating: false, count: targets.count)
        var counter = 0
        var calls: [(node: Int, next: Int)] = []
        for root in targets.indices where order[root] < 0 {
            calls.append((root, 0))
            while let (node, next) = calls.last {
                if next == 0 {
                    (order[node], low[node]) = (counter, counter)
                    counter += 1
                    open.append(node)
                    isOpen[node] = true
                }
                if next < targets[node].count {
                    calls[calls.count - 1].next += 1
                    let target = targets[node][next]
                    if order[target] < 0 {
                        calls.append((target, 0))
                    } else if isOpen[target] {
                        low[node] = min(low[node], order[target])
                    }
                    continue
                }
                calls.removeLast()
                if let caller = calls.last?.node { low[caller] = min(low[caller], low[node]) }
                guard low[node] == order[node] else { continue }
                close(node, &open, &isOpen, targets)
            }
        }
    }

    private mutating func close(_ root: Int, _ open: inout [Int], _ isOpen: inout [Bool], _ targets: [[Int]]) {
        var nodes: [Int] = []
        while let node = open.popLast() {
            isOpen[node] = false
            component[node] = members.count
            nodes.append(node)
            if node == root { break }
        }
        members.append(nodes)
        isLoop.append(nodes.count > 1 || targets[root].contains(root))
    }
}
