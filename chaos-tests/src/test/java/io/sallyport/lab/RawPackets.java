package io.sallyport.lab;

import java.util.List;

/** Packets that no socket of Java's makes: by perl, which is on every Debian. */
final class RawPackets {

    private static final String COMMON =
            """
            use strict; use Socket qw(:all); $| = 1;
            sub address { my ($text, $port) = @_;
              $text =~ /:/ ? pack_sockaddr_in6($port, inet_pton(AF_INET6, $text))
                           : pack_sockaddr_in($port, inet_aton($text)) }
            sub text { my ($who, $v6) = @_;
              $v6 ? inet_ntop(AF_INET6, (unpack_sockaddr_in6($who))[1])
                  : inet_ntoa((unpack_sockaddr_in($who))[1]) }
            sub raw { my ($from, $protocol) = @_;
              socket(my $s, $from =~ /:/ ? AF_INET6 : AF_INET, SOCK_RAW, $protocol) or die "$!";
              bind($s, address($from, 0)) or die "bind: $!";
              $s }
            sub body { my ($packet, $v6) = @_;
              $v6 ? $packet : substr($packet, 4 * (ord($packet) & 15)) }
            """;

    private static final String ECHO =
            COMMON
                    + """
                    my ($from, $protocol) = @ARGV; my $v6 = $from =~ /:/;
                    my $s = raw($from, $protocol);
                    print "ready\\n";
                    while (defined(my $who = recv($s, my $packet, 65535, 0))) {
                      my $word = body($packet, $v6);
                      send($s, "$word from " . text($who, $v6), 0, $who) if $word !~ / from /;
                    }
                    """;

    private static final String ASK =
            COMMON
                    + """
                    my ($from, $protocol, $to) = @ARGV; my $v6 = $from =~ /:/;
                    my $s = raw($from, $protocol);
                    setsockopt($s, SOL_SOCKET, SO_RCVTIMEO, pack('l!l!', 0, 200000));
                    for my $i (1 .. 50) {
                      send($s, "word $i", 0, address($to, 0));
                      my $who = recv($s, my $packet, 65535, 0);
                      if (defined $who && body($packet, $v6) =~ /^word \\d+ from (.*)/) {
                        print "seen as $1 by " . text($who, $v6) . "\\n";
                        exit 0;
                      }
                    }
                    exit 1;
                    """;

    /** Random sequence and acknowledgement numbers; the rest of the segment is as it should be. */
    private static final String FORGE =
            COMMON
                    + """
                    my ($from, $port, $to, $to_port, $flags, $count) = @ARGV;
                    my $s = raw($from, 6);
                    for (1 .. $count) {
                      my $data = $flags & 8 ? "stolen" : "";
                      my $tcp = pack('nnNNCCnnn', $port, $to_port, int(rand(2**32)),
                        int(rand(2**32)), 0x50, $flags, 65535, 0, 0) . $data;
                      my $sum = inet_aton($from) . inet_aton($to)
                        . pack('nn', 6, length $tcp) . $tcp;
                      my $n = unpack('%32n*', $sum . (length($sum) % 2 ? "\\0" : ""));
                      $n = ($n & 0xffff) + ($n >> 16) while $n >> 16;
                      substr($tcp, 16, 2) = pack('n', ~$n & 0xffff);
                      send($s, $tcp, 0, address($to, 0)) or die "send: $!";
                      select(undef, undef, undef, 0.005);
                    }
                    """;

    /** Reads "from to segment", the last in hexadecimal. */
    private static final String SEGMENTS =
            COMMON
                    + """
                    my %sockets;
                    while (my $line = <STDIN>) {
                      my ($from, $to, $segment) = split ' ', $line;
                      $sockets{$from} ||= raw($from, 6);
                      send($sockets{$from}, pack('H*', $segment), 0, address($to, 0))
                        or die "send: $!";
                    }
                    """;

    private RawPackets() {}

    /** Sends TCP segments as they are, checksum and all; lines of "from to segment". */
    static void segments(Host host, List<String> lines) {
        Shell.run(host.inside("perl", "-e", SEGMENTS), String.join("\n", lines) + "\n").orFail();
    }

    /** Answers each packet of the protocol with its word and who said it, until it is closed. */
    static Echo echo(Host host, String address, int protocol) {
        return new Echo(host.inside(command(ECHO, address, protocol)));
    }

    /**
     * Asks until it is answered, ten seconds at most.
     *
     * @return {@code seen as ADDRESS by ADDRESS}
     */
    static String ask(Host host, String from, int protocol, String to) {
        return Shell.run(host.inside(command(ASK, from, protocol, to))).orFail().strip();
    }

    /** TCP segments that anybody on the host may send who knows the tuple and nothing else. */
    static void forge(
            Host host, String from, int port, String to, int toPort, int flags, int count) {
        Shell.run(host.inside(command(FORGE, from, port, to, toPort, flags, count))).orFail();
    }

    private static List<String> command(String script, Object... arguments) {
        List<String> command = new java.util.ArrayList<>(List.of("perl", "-e", script));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    /** It runs until it is closed. */
    static final class Echo implements AutoCloseable {
        private final Process process;

        private Echo(List<String> command) {
            try {
                process =
                        new ProcessBuilder(command)
                                .redirectError(ProcessBuilder.Redirect.INHERIT)
                                .start();
                String ready = process.inputReader().readLine();
                if (!"ready".equals(ready)) {
                    throw new LabFailure("no raw socket: " + ready);
                }
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
