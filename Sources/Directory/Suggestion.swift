/// Finds the word that was probably meant.
enum Suggestion {
    /// The candidate that differs least from `word`, if it differs little: one
    /// edit in three letters, and at least one.
    ///
    /// Of equally near candidates the first wins, so that the answer is stable.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        // Nobody mistypes so long a word, and the comparison costs the product of the lengths.
        guard word.unicodeScalars.count <= 64 else { return nil }
        let allowed = max(1, word.count / 3)
        var best: (candidate: String, edits: Int)?
        for candidate in candidates {
            let edits = distance(word.lowercased(), candidate.lowercased())
            if edits <= allowed, edits < best?.edits ?? Int.max { best = (candidate, edits) }
        }
        return best?.candidate
    }

    /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.unicodeScalars)
        let right = Array(right.unicodeScalars)
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                let substituted = last[j] + (left[i] == right[j] ? 0 : 1)
                var edits = min(row[j] + 1, last[j + 1] + 1, substituted)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    edits = min(edits, beforeLast[j - 1] + 1)
                }
                row.append(edits)
            }
            (beforeLast, last) = (last, row)
        }
        return last[right.count]
    }
}
