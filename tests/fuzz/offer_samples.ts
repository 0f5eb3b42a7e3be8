/**
 * Offers as Chromium 140 writes them, with candidates of this machine: a call
 * that begins must not reach out to anybody else's.
 */
const audio = (credentials: string) =>
  `m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:2301042332 1 udp 2113937151 127.0.0.1 53391 typ host generation 0 network-cost 999
a=candidate:2387964460 1 udp 2113942271 ::1 38464 typ host generation 0 network-cost 999
${credentials}
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendrecv
a=msid:- 7972fcfd-1b02-413f-a757-dcdb2219d467
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:13 CN/8000
a=rtpmap:110 telephone-event/48000
a=rtpmap:126 telephone-event/8000
a=ssrc:2945920446 cname:jRWAAn2dLEGmEcgR
a=ssrc:2945920446 msid:- 7972fcfd-1b02-413f-a757-dcdb2219d467`;

const channel = (credentials: string) =>
  `m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=candidate:2301042332 1 udp 2113937151 127.0.0.1 33757 typ host generation 0 network-cost 999
${credentials}
a=setup:actpass
a=mid:1
a=sctp-port:5000
a=max-message-size:262144`;

const CREDENTIALS = `a=ice-ufrag:2xxt
a=ice-pwd:IV7KfiaaE/wpZB9IKpn6ENaG
a=ice-options:trickle
a=fingerprint:sha-256 40:E5:96:A6:25:53:E3:E6:6C:D1:D7:51:9B:E9:C8:64:4C:EB:D7:AA:F9:99:E4:8A:00:94:10:6A:BC:C3:CC:86`;

const head = (mids: string) =>
  `v=0
o=- 3212353745400686791 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE ${mids}
a=extmap-allow-mixed
a=msid-semantic: WMS`;

const sdp = (...sections: string[]) =>
  `${sections.join("\n")}\n`.replaceAll("\n", "\r\n");

/** With a data channel, and without one. */
export const OFFERS: readonly string[] = [
  sdp(head("0 1"), audio(CREDENTIALS), channel(CREDENTIALS)),
  sdp(head("0"), audio(CREDENTIALS)),
];
