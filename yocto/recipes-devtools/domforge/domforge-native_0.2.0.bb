SUMMARY = "Boot files of statically partitioned Xen machines from one manifest"
LICENSE = "Apache-2.0"
LIC_FILES_CHKSUM = "file://LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"

# domforge as packed by `npm pack`, in files/ beside this recipe or in a folder of FILESEXTRAPATHS; it has no other dependencies.
SRC_URI = "file://domforge-${PV}.tgz;subdir=domforge"
S = "${@(d.getVar('UNPACKDIR') or d.getVar('WORKDIR')) + '/domforge/package'}"

DEPENDS = "nodejs-native"
inherit native

do_configure[noexec] = "1"
do_compile[noexec] = "1"
do_install() {
    install -d "${D}${libdir}/domforge" "${D}${bindir}"
    cp -R "${S}/bin" "${S}/dist" "${S}/schemas" "${S}/package.json" "${S}/LICENSE" "${D}${libdir}/domforge/"
    ln -s ../lib/domforge/bin/domforge.js "${D}${bindir}/domforge"
}
