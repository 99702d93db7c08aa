import Basics
import Directory
import Records

/// What becomes of an account, of its duties and of its address.
extension LocalEffect {
    static var ofAccounts: [LocalEffect] {
        [
            LocalEffect("activate") { turn, order in
                let holder = try order.request.account()
                // Whoever was suspended or closed meanwhile is not set
                // free by a request that did not know of it.
                guard try turn.snapshot.person(holder)?.state == .invited else { return }
                try turn.set(.active, of: holder, "person.activate", in: order.request, by: order.mover)
            },
            /// The account may do nothing, or may act again.
            LocalEffect("suspend") {
                try $0.move("person.suspend", $1.request, from: .active, to: .suspended, by: $1.mover)
            },
            LocalEffect("resume") {
                try $0.move("person.resume", $1.request, from: .suspended, to: .active, by: $1.mover)
            },
            /// The account is closed for good.
            LocalEffect("close") { turn, order in
                let holder = try order.request.account()
                try turn.retireFactor(of: holder, .pending, in: order.request)
                try turn.retireFactor(of: holder, .active, in: order.request)
                try turn.minding(turn.audiences(concerning: holder)) {
                    try turn.close(holder, in: order.request, by: order.mover)
                }
            },
            /// The duty of a representative goes to the holder, and from whom they replace.
            LocalEffect("hand_over") { try $0.handOver($1.request, by: $1.mover) },
            /// The holder gets the duty that the request is about.
            LocalEffect("appoint") { try $0.giveDuty(of: $1.request, by: $1.mover) },
            /// The holder gets the address that the request is about.
            LocalEffect("readdress") { try $0.readdress($1.request, by: $1.mover) },
        ]
    }
}
