#!/bin/sh
# certificates.sh DIRECTORY - the certificates of the bus tests, good and bad, made with OpenSSL: clinic-broker
# refuses to make the bad ones.
set -eu
cd "$1"
exec 2> openssl.log

authority() { # name
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=$1" \
        -keyout "$1.key" -out "$1.crt"
}

good='-days 30'
# OpenSSL 3.5 takes no negative days, and 3.0 no dates.
if openssl x509 -help 2>&1 | grep -q not_after; then
    ended='-not_before 20240101000000Z -not_after 20240201000000Z'
else
    ended='-days -1'
fi

leaf() { # name common-name authority validity usage [subject alternative name]
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$2" \
        -keyout "$1.key" -out "$1.csr"
    {
        printf 'extendedKeyUsage=%s\nkeyUsage=digitalSignature\n' "$5"
        [ -z "${6-}" ] || printf 'subjectAltName=%s\n' "$6"
    } > "$1.ext"
    # shellcheck disable=SC2086 # it is a list of words
    openssl x509 -req -in "$1.csr" -CA "$3.crt" -CAkey "$3.key" $4 -extfile "$1.ext" -out "$1.crt"
}

authority ca
authority stranger
leaf broker broker ca "$good" serverAuth 'IP:127.0.0.1,DNS:localhost'
leaf broker-elsewhere broker ca "$good" serverAuth 'DNS:elsewhere.example'
leaf broker-expired broker ca "$ended" serverAuth 'IP:127.0.0.1'
leaf node desk-1 ca "$good" clientAuth
leaf other desk-2 ca "$good" clientAuth
leaf gateway gateway ca "$good" clientAuth
leaf expired desk-1 ca "$ended" clientAuth
leaf foreign desk-1 stranger "$good" clientAuth
