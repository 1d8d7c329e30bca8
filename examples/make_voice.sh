#!/bin/sh
# Makes the example clips of the voice tab with espeak-ng and flite (both in Debian). Nothing here was recorded by others.
set -eu
cd "$(dirname "$0")/voice"
say() { sox -D "$1" -r 16000 -b 16 -c 1 "$2" norm -3 rate; rm "$1"; }
flite -voice rms -t "Do you want to study a PhD?" -o t.wav && say t.wav en-rms.wav
flite -voice slt -t "The weather is lovely today, so let us go for a walk by the river." -o t.wav && say t.wav en-slt.wav
espeak-ng -v ja+f3 -s 150 -w t.wav "はくしごうを とりたいですか" && say t.wav ja-f3.wav
espeak-ng -v cmn+m3 -s 160 -w t.wav "你想读博士吗？" && say t.wav zh-m3.wav
flite -voice awb -t "Welcome to the lecture on auto encoders." -o t.wav && say t.wav en-awb.wav
