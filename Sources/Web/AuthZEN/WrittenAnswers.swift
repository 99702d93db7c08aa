import Basics
import NIOCore
import Onboarding
import Synchronization

/// Answers as they are sent: most questions have the same few, each of which is written once.
final class WrittenAnswers: Sendable {
    /// More than a privilege matrix has.
    private static let greatestCount = 1_000

    private static let usualBytes = 160

    private let base: String
    private let maxAgeSeconds: Int64
    private let known = Mutex<[DecisionAnswer: [UInt8]]>([:])

    /// - Parameters:
    ///   - base: of the service, before every path.
    ///   - maxAgeSeconds: how old a proof may be.
    init(base: String, maxAgeSeconds: Int64) {
        self.base = base
        self.maxAgeSeconds = maxAgeSeconds
    }

    /// - Parameter evaluations: as many as the order of the questions wants.
    func document(of evaluations: [Evaluation], to asked: AskedQuestions) -> ByteBuffer {
        document(evaluations.count, to: asked) { place in
            let evaluation = evaluations[place]
            // What is said of how to ask for access is about this question alone.
            guard evaluation.offer == nil, evaluation.approval == nil else { return write(evaluation) }
            return document(of: evaluation.answer)
        }
    }

    /// Of answers about which no more is to be said.
    func document(of answers: [DecisionAnswer], to asked: AskedQuestions) -> ByteBuffer {
        // Of a batch, nearly always the next one's too.
        var last: (place: Int, document: [UInt8])?
        return document(answers.count, to: asked) { place in
            if let last, answers[last.place] == answers[place] { return last.document }
            let document = document(of: answers[place])
            last = (place, document)
            return document
        }
    }

    private func document(_ count: Int, to asked: AskedQuestions, _ answer: (Int) -> [UInt8]) -> ByteBuffer {
        if asked.isOne { return ByteBuffer(bytes: answer(0)) }
        // As bytes: a buffer takes several times as long for each of them.
        var list = Array(#"{"evaluations":["#.utf8)
        list.reserveCapacity(count * Self.usualBytes)
        for place in 0..<count {
            if place > 0 { list.append(UInt8(ascii: ",")) }
            if !asked.faults.isEmpty, let fault = asked.faults[place] {
                list += EvaluationAnswer.denial(DecisionAnswer.Unknown.incomplete.rawValue, fault).bytes(pretty: false)
            } else {
                list += answer(place)
            }
        }
        list += "]}".utf8
        return ByteBuffer(bytes: list)
    }

    private func document(of answer: DecisionAnswer) -> [UInt8] {
        if let document = known.withLock({ $0[answer] }) { return document }
        let document = write(Evaluation(answer: answer, offer: nil, approval: nil))
        known.withLock { known in
            if known.count >= Self.greatestCount { known = [:] }
            known[answer] = document
        }
        return document
    }

    private func write(_ evaluation: Evaluation) -> [UInt8] {
        EvaluationAnswer(evaluation: evaluation, base: base, maxAgeSeconds: maxAgeSeconds).json.bytes(pretty: false)
    }
}

extension ByteBuffer {
    /// A document on one line.
    init(_ json: JSON) { self.init(bytes: json.bytes(pretty: false)) }
}
