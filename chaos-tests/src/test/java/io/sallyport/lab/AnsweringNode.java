package io.sallyport.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;

/** Stands for a gateway node that answers the router's probe, and does nothing else. */
final class AnsweringNode {

    private AnsweringNode() {}

    public static void main(String[] args) throws IOException {
        try (DatagramSocket socket =
                new DatagramSocket(RouterProbe.PORT, InetAddress.getByName(args[0]))) {
            System.out.println("ready node");
            DatagramPacket packet = new DatagramPacket(new byte[64], 64);
            while (true) {
                socket.receive(packet);
                socket.send(packet);
            }
        }
    }
}
