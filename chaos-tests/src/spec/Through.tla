-------------------------------- MODULE Through --------------------------------
(***************************************************************************)
(* The first packet through its keepers: a design that was examined, and   *)
(* is not built (ADR 32).                                                   *)
(*                                                                          *)
(* The opener sends the first packet, its connection in front of it, to    *)
(* the gate; the gate puts it if its inside key is free and sends it on to *)
(* the home; the home puts it and lets the packet out. Whoever is last in  *)
(* the chain decides that it is open, not the opener: who gives up asks,   *)
(* along the same chain, and the port is in doubt until then.              *)
(*                                                                          *)
(* One inside key. Attempts 1 and 3 are node 1's, with port 1; attempt 2   *)
(* is node 2's, with port 2: a first packet that is said again at another  *)
(* node. Frames are in order in a session, and void when it breaks, in the *)
(* first epoch; one node goes away or dies, and the others settle a second *)
(* epoch in frames. Copies are given by homes only (cascades are           *)
(* Sessions'), and nobody returns (Ports').                                *)
(***************************************************************************)
EXTENDS Integers, Sequences, FiniteSets
CONSTANTS Nodes, Attempts, Gate0, Home1, Home2, MayGo, MayCrash, MayEnd, Breaks, Gives,
          RuleGateFirst,   \* gate before home: of attempts for one key only one is passed on
          RuleApart,       \* only where gate and home are two nodes: one knows what the other decided
          RulePut,         \* the gate lets in one per inside key
          RuleLast,        \* the packet leaves at the last of the chain, not before
          RuleOpenerKeeps, \* the opener counts: it keeps a copy from the start, into the next epoch as well
          RuleDecider,     \* the opener cannot give up by itself: its port is in doubt until the home has answered
          RuleAlong,       \* "given up?" goes along the chain, so that it cannot overtake the packet
          RuleGateToo,     \* what was given up is dropped at the gate before its port is free
          RuleCounts,      \* what the gate has let in and a home that is gone may have let out counts as opened
          RuleEpoch        \* nodes of different epochs refuse each other
VARIABLES epoch, gone, up, knows, queue,
          copy,    \* node -> attempt -> none | opening | open | ending
          agreed,  \* node -> attempt -> the gate let it in, as far as is known here
          carried, \* node -> attempts whose packets it forwards
          noted, awaited, \* homes: who has a copy; who has not answered a drop
          attempt, \* node -> the attempt under way
          hand, lent, opened, \* port -> in hand; lent to; attempt -> epoch
          started,
          handed, passed, \* node -> who has handed over to it; which homes have passed on to it
          seen, lost,     \* whose first packet left, until an end; who was dropped without one
          breaks, gives
vars == <<epoch, gone, up, knows, queue, copy, agreed, carried, noted, awaited, attempt, hand, lent, opened, started, handed, passed, seen, lost, breaks, gives>>

None == 0
Ports == {1, 2}
Op(c) == IF c = 2 THEN 2 ELSE 1
Port(c) == IF c = 2 THEN 2 ELSE 1
Members(e) == IF e = 0 THEN Nodes ELSE Nodes \ {gone}
Rank(n, f) == (n - f + 3) % 3
Keeper(f, e) == CHOOSE n \in Members(e) : \A x \in Members(e) : Rank(n, f) <= Rank(x, f)
Home(c, e) == Keeper(IF Port(c) = 1 THEN Home1 ELSE Home2, e)
Gate(e) == Keeper(Gate0, e)
First(c, e) == IF RuleGateFirst THEN Gate(e) ELSE Home(c, e)
Last(c, e) == IF RuleGateFirst THEN Home(c, e) ELSE Gate(e)
F(type, c, e) == [type |-> type, c |-> c, e |-> e, s |-> "", a |-> FALSE]

Init == /\ epoch = 0 /\ gone = None /\ up = [n \in Nodes |-> TRUE] /\ knows = [n \in Nodes |-> 0]
        /\ queue = [x \in Nodes |-> [y \in Nodes |-> <<>>]]
        /\ copy = [n \in Nodes |-> [c \in Attempts |-> "none"]] /\ agreed = [n \in Nodes |-> [c \in Attempts |-> FALSE]]
        /\ carried = [n \in Nodes |-> {}] /\ noted = [n \in Nodes |-> [c \in Attempts |-> {}]]
        /\ awaited = [n \in Nodes |-> [c \in Attempts |-> {}]] /\ attempt = [n \in Nodes |-> None]
        /\ hand = [p \in Ports |-> TRUE] /\ lent = [p \in Ports |-> None] /\ opened = [c \in Attempts |-> 0] /\ started = {}
        /\ handed = [n \in Nodes |-> Nodes] /\ passed = [n \in Nodes |-> Nodes]
        /\ seen = {} /\ lost = {} /\ breaks = 0 /\ gives = 0

\* x sends S, a set of <<receiver, frame>>, one for each receiver at most
Put(q, x, S) == [q EXCEPT ![x] = [y \in Nodes |-> IF \E s \in S : s[1] = y THEN Append(q[x][y], (CHOOSE s \in S : s[1] = y)[2]) ELSE q[x][y]]]
All(S, frame) == {<<y, frame>> : y \in S}
Has(q, x, y, type, c) == \E i \in 1..Len(q[x][y]) : q[x][y][i].type = type /\ q[x][y][i].c = c
Settled(n) == Members(knows[n]) \subseteq handed[n]
GateSettled(n) == Members(knows[n]) \subseteq passed[n]

----------------------------------------------------------------------------
\* The opener

Start(c) ==
  LET o == Op(c)  e == knows[o] IN
  /\ up[o] /\ c \notin started /\ hand[Port(c)] /\ attempt[o] = None /\ \A d \in Attempts : copy[o][d] = "none"
  /\ RuleApart => Gate(e) # Home(c, e)
  /\ started' = started \cup {c} /\ attempt' = [attempt EXCEPT ![o] = c] /\ opened' = [opened EXCEPT ![c] = e]
  /\ hand' = [hand EXCEPT ![Port(c)] = FALSE] /\ lent' = [lent EXCEPT ![Port(c)] = c]
  /\ copy' = IF RuleOpenerKeeps THEN [copy EXCEPT ![o][c] = "opening"] ELSE copy
  /\ queue' = Put(queue, o, {<<First(c, e), F("through", c, e)>>})
  /\ UNCHANGED <<epoch, gone, up, knows, agreed, carried, noted, awaited, handed, passed, seen, lost, breaks, gives>>
GiveUp(o) ==
  LET c == attempt[o]  e == knows[o]  to == IF RuleAlong THEN First(c, e) ELSE Home(c, e) IN
  /\ up[o] /\ c # None /\ opened[c] = e /\ attempt' = [attempt EXCEPT ![o] = None]
  /\ queue' = Put(queue, o, {<<to, F("giveup", c, e)>>})
  /\ IF RuleDecider THEN UNCHANGED <<hand, lent, copy>>
     ELSE hand' = [hand EXCEPT ![Port(c)] = TRUE] /\ lent' = [lent EXCEPT ![Port(c)] = None] /\ copy' = [copy EXCEPT ![o][c] = "none"]
  /\ UNCHANGED <<epoch, gone, up, knows, agreed, carried, noted, awaited, opened, started, handed, passed, seen, lost, breaks, gives>>

----------------------------------------------------------------------------
\* The home ends: all it noted and the opener are asked to drop, then the gate, then the port is free

Thawed == gone = None \/ ~up[gone]
Asks(h, c, k) == ((k \cup {Op(c)}) \cap Members(knows[h])) \ {h, Gate(knows[h])}
\* k: whom it noted; q: the queues so far
DropAll(h, c, k, q) ==
  LET e == knows[h]  others == Asks(h, c, k)  gateToo == RuleGateToo /\ Gate(e) # h
      free == others = {} /\ ~gateToo
      ask == IF others = {} /\ gateToo THEN {Gate(e)} ELSE others IN
  /\ carried' = [carried EXCEPT ![h] = @ \ {c}]
  /\ copy' = [copy EXCEPT ![h][c] = IF free /\ Thawed THEN "none" ELSE "ending"]
  /\ agreed' = [agreed EXCEPT ![h][c] = FALSE]
  /\ awaited' = [awaited EXCEPT ![h][c] = ask]
  /\ noted' = [noted EXCEPT ![h][c] = {}]
  /\ queue' = Put(q, h, IF free THEN (IF Thawed THEN {<<Op(c), F("freed", c, e)>>} ELSE {}) ELSE All(ask, F("drop", c, e)))
End(h, c) ==
  /\ MayEnd /\ up[h] /\ h = Home(c, knows[h]) /\ Settled(h) /\ copy[h][c] = "open" /\ DropAll(h, c, noted[h][c], queue) /\ seen' = seen \ {c}
  /\ UNCHANGED <<epoch, gone, up, knows, attempt, hand, lent, opened, started, handed, passed, lost, breaks, gives>>
Drop(x, y, c, q) ==
  /\ copy' = [copy EXCEPT ![y][c] = "none"] /\ agreed' = [agreed EXCEPT ![y][c] = FALSE] /\ carried' = [carried EXCEPT ![y] = @ \ {c}]
  /\ attempt' = IF attempt[y] = c THEN [attempt EXCEPT ![y] = None] ELSE attempt
  /\ queue' = Put(q, y, {<<x, F("dropped", c, knows[y])>>})
  /\ UNCHANGED <<epoch, gone, up, knows, noted, awaited, hand, lent, opened, started, handed, passed, seen, lost, breaks, gives>>
Dropped(x, y, c, q) ==
  LET rest == awaited[y][c] \ {x}  g == Gate(knows[y])
      gateNow == rest = {} /\ x # g /\ g # y /\ RuleGateToo
      free == rest = {} /\ ~gateNow IN
  /\ IF copy[y][c] # "ending" \/ x \notin awaited[y][c] THEN queue' = q /\ UNCHANGED <<copy, awaited>>
     ELSE /\ awaited' = [awaited EXCEPT ![y][c] = IF gateNow THEN {g} ELSE rest]
          /\ copy' = [copy EXCEPT ![y][c] = IF free /\ Thawed THEN "none" ELSE "ending"]
          /\ queue' = IF gateNow THEN Put(q, y, {<<g, F("drop", c, knows[y])>>})
                      ELSE IF free /\ Thawed THEN Put(q, y, {<<Op(c), F("freed", c, knows[y])>>}) ELSE q
  /\ UNCHANGED <<epoch, gone, up, knows, agreed, carried, noted, attempt, hand, lent, opened, started, handed, passed, seen, lost, breaks, gives>>
Freed(y, c, q) ==
  /\ queue' = q
  /\ IF y = Op(c) /\ lent[Port(c)] = c THEN hand' = [hand EXCEPT ![Port(c)] = TRUE] /\ lent' = [lent EXCEPT ![Port(c)] = None] ELSE UNCHANGED <<hand, lent>>
  /\ UNCHANGED <<epoch, gone, up, knows, copy, agreed, carried, noted, awaited, attempt, opened, started, handed, passed, seen, lost, breaks, gives>>

----------------------------------------------------------------------------
\* The chain

Blocked(y, c) == RulePut /\ \E d \in Attempts \ {c} : agreed[y][d] /\ copy[y][d] # "none"
Through(y, c, q) ==
  LET e == knows[y]  o == Op(c)  g == Gate(e)  h == Home(c, e)
      refuse == y = g /\ (~GateSettled(y) \/ Blocked(y, c))
      last == y = Last(c, e)
      out == last \/ ~RuleLast IN
  /\ IF refuse
     THEN IF g = h \/ RuleGateFirst  \* nobody else has it
          THEN queue' = Put(q, y, {<<o, F("refused", c, e)>>}) /\ UNCHANGED <<copy, agreed, carried, noted, seen>>
          ELSE queue' = Put(q, y, {<<h, F("vain", c, e)>>}) /\ UNCHANGED <<copy, agreed, carried, noted, seen>>
     ELSE /\ agreed' = IF y = g THEN [agreed EXCEPT ![y][c] = TRUE] ELSE agreed
          /\ copy' = [copy EXCEPT ![y][c] = IF last THEN "open" ELSE "opening"]
          /\ noted' = IF y = h THEN [noted EXCEPT ![y][c] = @ \cup {o, g}] ELSE noted
          /\ carried' = IF out THEN [carried EXCEPT ![y] = @ \cup {c}] ELSE carried
          /\ seen' = IF out THEN seen \cup {c} ELSE seen
          /\ queue' = Put(q, y, IF last THEN All({o, g, h} \ {y}, F("opened", c, e)) ELSE {<<Last(c, e), F("through", c, e)>>})
  /\ attempt' = IF last /\ ~refuse /\ attempt[y] = c THEN [attempt EXCEPT ![y] = None] ELSE attempt
  /\ UNCHANGED <<epoch, gone, up, knows, awaited, hand, lent, opened, started, handed, passed, lost, breaks, gives>>
Opened(y, c, q) ==
  /\ queue' = q
  /\ IF copy[y][c] = "opening" \/ (y = Op(c) /\ attempt[y] = c)
     THEN /\ copy' = [copy EXCEPT ![y][c] = "open"] /\ attempt' = IF attempt[y] = c THEN [attempt EXCEPT ![y] = None] ELSE attempt
          /\ carried' = IF y = Op(c) THEN [carried EXCEPT ![y] = @ \cup {c}] ELSE carried
     ELSE UNCHANGED <<copy, carried, attempt>>
  /\ UNCHANGED <<epoch, gone, up, knows, agreed, noted, awaited, hand, lent, opened, started, handed, passed, seen, lost, breaks, gives>>
Refused(y, c, q) ==
  /\ queue' = q
  /\ IF lent[Port(c)] = c /\ copy[y][c] \in {"opening", "none"}
     THEN /\ hand' = [hand EXCEPT ![Port(c)] = TRUE] /\ lent' = [lent EXCEPT ![Port(c)] = None] /\ copy' = [copy EXCEPT ![y][c] = "none"]
          /\ attempt' = IF attempt[y] = c THEN [attempt EXCEPT ![y] = None] ELSE attempt
     ELSE UNCHANGED <<hand, lent, copy, attempt>>
  /\ UNCHANGED <<epoch, gone, up, knows, agreed, carried, noted, awaited, opened, started, handed, passed, seen, lost, breaks, gives>>
Asked(y, c, q) == \* "given up?", at the gate or the home
  LET e == knows[y]  h == Home(c, e)  here == copy[y][c] IN
  /\ IF y # Last(c, e) /\ RuleAlong
     THEN queue' = Put(q, y, {<<Last(c, e), F("giveup", c, e)>>}) /\ UNCHANGED <<copy, agreed, carried, noted, awaited, lost>>
     ELSE IF here \in {"open", "ending"}
     THEN /\ queue' = IF here = "open" THEN Put(q, y, All({Op(c), Gate(e), h} \ {y}, F("opened", c, e))) ELSE q
          /\ UNCHANGED <<copy, agreed, carried, noted, awaited, lost>>
     ELSE IF y = h THEN DropAll(y, c, noted[y][c], q) /\ lost' = IF c \in seen THEN lost \cup {c} ELSE lost
     ELSE queue' = Put(q, y, {<<h, F("vain", c, e)>>}) /\ UNCHANGED <<copy, agreed, carried, noted, awaited, lost>>
  /\ UNCHANGED <<epoch, gone, up, knows, attempt, hand, lent, opened, started, handed, passed, seen, breaks, gives>>
Vain(y, c, q) == \* home before gate: the gate refused it
  /\ IF copy[y][c] = "opening" THEN DropAll(y, c, noted[y][c], q) /\ lost' = IF c \in seen THEN lost \cup {c} ELSE lost
     ELSE queue' = q /\ UNCHANGED <<copy, agreed, carried, noted, awaited, lost>>
  /\ UNCHANGED <<epoch, gone, up, knows, attempt, hand, lent, opened, started, handed, passed, seen, breaks, gives>>

Give(h, x, c) == \* an answer from outside met x, and x asked the home
  /\ gives < Gives /\ gives' = gives + 1 /\ up[h] /\ up[x] /\ x # h /\ h = Home(c, knows[h]) /\ {h, x} \subseteq Members(knows[h])
  /\ copy[h][c] = "open" /\ c \notin carried[x] /\ ~Has(queue, h, x, "answer", c)
  /\ noted' = [noted EXCEPT ![h][c] = @ \cup {x}] /\ queue' = Put(queue, h, {<<x, F("answer", c, knows[h])>>})
  /\ UNCHANGED <<epoch, gone, up, knows, copy, agreed, carried, awaited, attempt, hand, lent, opened, started, handed, passed, seen, lost, breaks>>
Answered(y, c, q) ==
  /\ queue' = q
  /\ copy' = [copy EXCEPT ![y][c] = "open"] /\ carried' = [carried EXCEPT ![y] = @ \cup {c}]
  /\ attempt' = IF attempt[y] = c THEN [attempt EXCEPT ![y] = None] ELSE attempt
  /\ UNCHANGED <<epoch, gone, up, knows, agreed, noted, awaited, hand, lent, opened, started, handed, passed, seen, lost, breaks, gives>>

----------------------------------------------------------------------------
\* One node goes; the others settle a new epoch

Crash(x) ==
  /\ MayCrash /\ up[x] /\ gone \in {None, x} /\ \A n \in Nodes : up[n]
  /\ up' = [up EXCEPT ![x] = FALSE] /\ carried' = [carried EXCEPT ![x] = {}] /\ copy' = [copy EXCEPT ![x] = [c \in Attempts |-> "none"]]
  /\ agreed' = [agreed EXCEPT ![x] = [c \in Attempts |-> FALSE]]
  /\ attempt' = [attempt EXCEPT ![x] = None] /\ queue' = [w \in Nodes |-> [queue[w] EXCEPT ![x] = <<>>]]
  /\ UNCHANGED <<epoch, gone, knows, noted, awaited, hand, lent, opened, started, handed, passed, seen, lost, breaks, gives>>
NewEpoch(x) ==
  /\ MayGo /\ epoch = 0 /\ epoch' = 1 /\ gone' = x /\ \A n \in Nodes \ {x} : up[n]
  /\ UNCHANGED <<up, knows, queue, copy, agreed, carried, noted, awaited, attempt, hand, lent, opened, started, handed, passed, seen, lost, breaks, gives>>
Learn(n) ==
  LET mine == {c \in Attempts : copy[n][c] # "none" /\ (RuleOpenerKeeps \/ copy[n][c] # "opening" \/ agreed[n][c] \/ n # Op(c))}
      Told(c) == [F("handover", c, 1) EXCEPT !.s = copy[n][c], !.a = agreed[n][c]]
      RECURSIVE Tell(_, _)
      Tell(S, y) == IF S = {} THEN <<>> ELSE LET c == CHOOSE d \in S : TRUE IN (IF Home(c, 1) = y THEN <<Told(c)>> ELSE <<>>) \o Tell(S \ {c}, y) IN
  /\ up[n] /\ knows[n] < epoch /\ n # gone /\ knows' = [knows EXCEPT ![n] = 1]
  /\ queue' = [x \in Nodes |-> [y \in Nodes |->
                IF x = n /\ y \notin {n, gone} THEN queue[n][y] \o Tell(mine, y) \o <<F("handedover", 0, 1)>>
                ELSE IF y = n /\ RuleEpoch THEN SelectSeq(queue[x][y], LAMBDA f : f.e = 1) ELSE queue[x][y]]]  \* what is older is refused
  /\ noted' = [noted EXCEPT ![n] = [c \in Attempts |-> IF c \in mine /\ Home(c, 1) = n THEN {n} ELSE {}]]
  /\ awaited' = [awaited EXCEPT ![n] = [c \in Attempts |-> {}]]
  /\ attempt' = [attempt EXCEPT ![n] = None] /\ handed' = [handed EXCEPT ![n] = {n}] /\ passed' = [passed EXCEPT ![n] = {}]
  /\ UNCHANGED <<epoch, gone, up, copy, agreed, carried, hand, lent, opened, started, seen, lost, breaks, gives>>
ToldTo(x, y, f, q) ==
  LET c == f.c  mine == copy[y][c] IN
  /\ queue' = q /\ copy' = [copy EXCEPT ![y][c] = IF mine = "none" \/ mine = "opening" \/ f.s = "ending" THEN f.s ELSE mine]
  /\ carried' = IF f.s = "ending" THEN [carried EXCEPT ![y] = @ \ {c}] ELSE carried
  /\ agreed' = [agreed EXCEPT ![y][c] = @ \/ f.a] /\ noted' = [noted EXCEPT ![y][c] = @ \cup {x, y}]
  /\ UNCHANGED <<epoch, gone, up, knows, awaited, attempt, hand, lent, opened, started, handed, passed, seen, lost, breaks, gives>>

\* What the old epoch left open at home y: opened, or dropped
Old(y) == {c \in Attempts : copy[y][c] # "none" /\ Home(c, 1) = y /\ opened[c] = 0}
Counts(y, c) == \/ copy[y][c] = "open"
                \/ /\ copy[y][c] = "opening" /\ Last(c, 0) = gone /\ RuleCounts
                   /\ (RuleGateFirst /\ Gate(0) # gone) => agreed[y][c]
\* The home says "handed over" to itself last: attempts are judged one by one, then the gate is told that this was all
AllTold(x, y, q) ==
  /\ handed' = [handed EXCEPT ![y] = @ \cup {x}] /\ queue' = q
  /\ UNCHANGED <<epoch, gone, up, knows, copy, agreed, carried, noted, awaited, attempt, hand, lent, opened, started, passed, seen, lost, breaks, gives>>
Judged(y, c) == /\ awaited[y][c] # {} \/ y \notin noted[y][c]
Judge(y, c) ==
  LET g == Gate(1)  k == noted[y][c] IN
  /\ up[y] /\ knows[y] = 1 /\ Settled(y) /\ c \in Old(y) /\ ~Judged(y, c) /\ \A d \in Old(y) : d < c => Judged(y, d)
  /\ IF Counts(y, c)
     THEN /\ copy' = [copy EXCEPT ![y][c] = "open"] /\ noted' = [noted EXCEPT ![y][c] = (k \cup {g}) \ {y}]
          /\ agreed' = IF g = y THEN [agreed EXCEPT ![y][c] = TRUE] ELSE agreed
          /\ queue' = Put(queue, y, All((k \cup {g}) \ {y}, F("keep", c, 1)))
          /\ UNCHANGED <<carried, awaited, lost>>
     ELSE /\ DropAll(y, c, k, queue) /\ lost' = IF c \in seen /\ copy[y][c] = "opening" THEN lost \cup {c} ELSE lost
  /\ UNCHANGED <<epoch, gone, up, knows, attempt, hand, lent, opened, started, handed, passed, seen, breaks, gives>>
HomeDone(y) ==
  /\ up[y] /\ knows[y] = 1 /\ Settled(y) /\ y \notin passed[y] /\ \A c \in Old(y) : Judged(y, c)
  /\ passed' = [passed EXCEPT ![y] = @ \cup {y}]
  /\ queue' = Put(queue, y, All(Members(1) \ {y}, F("homesdone", 0, 1)))
  /\ UNCHANGED <<epoch, gone, up, knows, copy, agreed, carried, noted, awaited, attempt, hand, lent, opened, started, handed, seen, lost, breaks, gives>>
PassedOn(x, y, q) ==
  /\ passed' = [passed EXCEPT ![y] = @ \cup {x}] /\ queue' = q
  /\ UNCHANGED <<epoch, gone, up, knows, copy, agreed, carried, noted, awaited, attempt, hand, lent, opened, started, handed, seen, lost, breaks, gives>>
Kept(x, y, c, q) == \* a copy that counts, at its gate and at all that have one
  /\ queue' = q /\ copy' = [copy EXCEPT ![y][c] = IF @ = "ending" THEN @ ELSE "open"]
  /\ agreed' = IF y = Gate(1) THEN [agreed EXCEPT ![y][c] = TRUE] ELSE agreed
  /\ carried' = IF y = Op(c) THEN [carried EXCEPT ![y] = @ \cup {c}] ELSE carried
  /\ UNCHANGED <<epoch, gone, up, knows, noted, awaited, attempt, hand, lent, opened, started, handed, passed, seen, lost, breaks, gives>>
\* Two of one key, brought together by an epoch: the younger is ended
Compare(h, c) ==
  /\ up[h] /\ knows[h] = 1 /\ h = Home(c, 1) /\ Settled(h) /\ copy[h][c] = "open" /\ awaited[h][c] = {} /\ GateSettled(Gate(1))
  /\ \E d \in Attempts : d < c /\ copy[Gate(1)][d] = "open" /\ copy[Gate(1)][c] = "open"
  /\ DropAll(h, c, noted[h][c], queue) /\ lost' = IF c \in seen THEN lost \cup {c} ELSE lost
  /\ UNCHANGED <<epoch, gone, up, knows, attempt, hand, lent, opened, started, handed, passed, seen, breaks, gives>>

----------------------------------------------------------------------------
Handle(x, y, f, q) ==
  \/ f.type = "through" /\ Through(y, f.c, q)
  \/ f.type = "opened" /\ Opened(y, f.c, q)
  \/ f.type = "refused" /\ Refused(y, f.c, q)
  \/ f.type = "giveup" /\ Asked(y, f.c, q)
  \/ f.type = "vain" /\ Vain(y, f.c, q)
  \/ f.type = "drop" /\ Drop(x, y, f.c, q)
  \/ f.type = "dropped" /\ Dropped(x, y, f.c, q)
  \/ f.type = "freed" /\ Freed(y, f.c, q)
  \/ f.type = "answer" /\ Answered(y, f.c, q)
  \/ f.type = "handover" /\ ToldTo(x, y, f, q)
  \/ f.type = "handedover" /\ AllTold(x, y, q)
  \/ f.type = "homesdone" /\ PassedOn(x, y, q)
  \/ f.type = "keep" /\ Kept(x, y, f.c, q)
Arrive(x, y) ==
  /\ queue[x][y] # <<>> /\ up[y]
  /\ LET f == Head(queue[x][y])  q == [queue EXCEPT ![x][y] = Tail(@)] IN
     IF f.e = knows[y] \/ (~RuleEpoch /\ f.e < knows[y]) THEN Handle(x, y, f, q)
     ELSE /\ f.e < knows[y] /\ queue' = q  \* a newer epoch is learned first
          /\ UNCHANGED <<epoch, gone, up, knows, copy, agreed, carried, noted, awaited, attempt, hand, lent, opened, started, handed, passed, seen, lost, breaks, gives>>

Again(x, y) == \* what x says first in a new session to y, within an epoch
  LET e == knows[x]
      Said(c) == (IF copy[x][c] = "opening" /\ opened[c] = e /\ ((x = Op(c) /\ y = First(c, e)) \/ (x = First(c, e) /\ y = Last(c, e))) THEN <<F("giveup", c, e)>> ELSE <<>>)
                 \o (IF x = Home(c, e) /\ copy[x][c] = "open" /\ y \in noted[x][c] THEN <<F("opened", c, e)>> ELSE <<>>)
                 \o (IF y \in awaited[x][c] THEN <<F("drop", c, e)>> ELSE <<>>)
      RECURSIVE From(_)
      From(S) == IF S = {} THEN <<>> ELSE LET c == CHOOSE d \in S : TRUE IN Said(c) \o From(S \ {c})
  IN From(Attempts)
Break(x, y) ==
  /\ x < y /\ breaks < Breaks /\ breaks' = breaks + 1 /\ epoch = 0 /\ up[x] /\ up[y] /\ queue[x][y] \o queue[y][x] # <<>>
  /\ queue' = [queue EXCEPT ![x][y] = Again(x, y), ![y][x] = Again(y, x)]
  /\ attempt' = [n \in Nodes |-> IF attempt[n] # None /\ n \in {x, y} /\ First(attempt[n], 0) \in {x, y} THEN None ELSE attempt[n]]
  /\ UNCHANGED <<epoch, gone, up, knows, copy, agreed, carried, noted, awaited, hand, lent, opened, started, handed, passed, seen, lost, gives>>

Next == \/ \E c \in Attempts : \/ Start(c)
                               \/ \E n \in Nodes : End(n, c) \/ Judge(n, c) \/ Compare(n, c) \/ \E x \in Nodes : Give(n, x, c)
        \/ \E n \in Nodes : GiveUp(n) \/ Crash(n) \/ NewEpoch(n) \/ Learn(n) \/ HomeDone(n)
        \/ \E x, y \in Nodes : Arrive(x, y) \/ Break(x, y)
Spec == Init /\ [][Next]_vars

----------------------------------------------------------------------------
Carried == UNION {carried[n] : n \in Nodes}
Unique == \A c, d \in Carried : Port(c) = Port(d) => c = d                                      \* A1
HandClean == \A c \in Carried : up[Op(c)] => ~hand[Port(c)]
EndingSomewhere(c) == \E n \in Nodes : copy[n][c] = "ending"
OneMapping == \A m, n \in Members(epoch) : knows[m] = epoch /\ knows[n] = epoch =>               \* A4
                \A c \in carried[m], d \in carried[n] : c = d \/ EndingSomewhere(c) \/ EndingSomewhere(d)
Held == \A c \in seen : epoch = 0 /\ (\A n \in Nodes : up[n]) /\ c \in Carried /\ ~EndingSomewhere(c)     \* no packet seen before R nodes have it
          => \A n \in {Op(c), Gate(0), Home(c, 0)} : copy[n][c] # "none"
Durable == lost = {}                                                                             \* A5: whose packet has left is not forgotten
=================================================================================
