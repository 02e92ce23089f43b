# Boot files of a machine, or what one of its domains is given, from a manifest of domforge.
#
#   inherit domforge
#   DOMFORGE_MANIFEST = "system.yaml"
#
# The manifest, its lock file and the files that it extends lie beside the recipe, as for any file:// in SRC_URI. What the manifest names besides is
# looked for beside it, then in DOMFORGE_ROOTS.

DOMFORGE ?= "domforge"
DOMFORGE_MANIFEST ?= "system.yaml"

# What BitBake put into the sysroot stays as it is.
export NODE_DISABLE_COMPILE_CACHE = "1"

# Set it to "" for a system that needs no lock file: without domains that Xen starts by itself.
DOMFORGE_LOCK ?= "${@os.path.splitext(d.getVar('DOMFORGE_MANIFEST'))[0] + '.lock.yaml'}"

# What makes the files that the manifest names: a recipe, if its do_deploy does; a recipe with its task, such as guest-image:do_image_complete, since
# recipes of images have no do_deploy; the task of another multiconfig, such as mc::guest:guest-image:do_image_complete. An image with a declared
# size may be left out, and appear later: so a recipe that needs these boot files can make it.
DOMFORGE_IMAGES ?= ""

# Where they are, beside the manifest's folder; for those of another multiconfig add its DEPLOY_DIR_IMAGE.
DOMFORGE_ROOTS ?= "${DEPLOY_DIR_IMAGE}"

# Empty: the boot files are deployed. A domain: the package is what belongs into that domain's root file system.
DOMFORGE_DOMAIN ?= ""

# systemd, sysvinit or openrc
DOMFORGE_INIT ?= "${@(d.getVar('INIT_MANAGER') or 'systemd') if d.getVar('INIT_MANAGER') in ('sysvinit', 'openrc') else 'systemd'}"

LICENSE ?= "CLOSED"
DEPENDS += "domforge-native nodejs-native"
SRC_URI += "${@' '.join('file://' + name for name in domforge_sources(d))}"
DOMFORGE_FOLDER = "${@d.getVar('UNPACKDIR') or d.getVar('WORKDIR')}"
S = "${DOMFORGE_FOLDER}"
B = "${WORKDIR}/domforge"

inherit deploy

INHIBIT_DEFAULT_DEPS = "1"
PACKAGE_ARCH = "${MACHINE_ARCH}"
PACKAGES = "${PN}"
FILES:${PN} = "/"
ALLOW_EMPTY:${PN} = "1"
# Images of other domains are no programs of this one.
INSANE_SKIP:${PN} += "arch already-stripped ldflags file-rdeps"
INHIBIT_PACKAGE_STRIP = "1"
INHIBIT_SYSROOT_STRIP = "1"

def domforge_sources(d):
    """The manifest, the files that it extends, and its lock file; as SRC_URI wants them."""
    import os, re
    wanted, found = [d.getVar('DOMFORGE_MANIFEST')], []
    while wanted:
        name = wanted.pop(0)
        if name in found:
            continue
        found.append(name)
        path = bb.utils.which(d.getVar('FILESPATH'), name)
        if not path:
            continue
        bb.parse.mark_dependency(d, path)
        with open(path, encoding='utf-8-sig', errors='replace') as file:
            lines = re.sub(r'(^|\s)#.*', r'\1', file.read(), flags=re.M)
        block = re.search(r'^["\']?extends["\']?:(.*(?:\n\s*-.*|\n\s+[^\s-].*)*)', lines, re.M)
        for base in re.findall(r'[^\s,\[\]"\']+\.ya?ml', block.group(1) if block else ''):
            wanted.append(os.path.normpath(os.path.join(os.path.dirname(name), base)))
    lock = d.getVar('DOMFORGE_LOCK')
    return found + ([lock] if lock else [])

# Without the lock file this recipe alone cannot be built: a file of SRC_URI that is missing would end the parsing of all.
python () {
    lock, path = d.getVar('DOMFORGE_LOCK'), d.getVar('FILESPATH')
    manifest = bb.utils.which(path, d.getVar('DOMFORGE_MANIFEST'))
    if lock and manifest and not bb.utils.which(path, lock):
        bb.parse.mark_dependency(d, os.path.join(os.path.dirname(manifest), lock))
        raise bb.parse.SkipRecipe(f'{lock} is not beside {manifest}: make it with domforge build, and commit it')
}

do_configure[noexec] = "1"

def domforge_tasks(images, of_others):
    """Tasks of this multiconfig, or of others, that DOMFORGE_IMAGES names; as the flags of a task want them."""
    own = [name if ':' in name else name + ':do_deploy' for name in images if not name.startswith('mc:')]
    return ' '.join(name for name in images if name.startswith('mc:')) if of_others else ' '.join(own)

do_compile[depends] += "${@domforge_tasks((d.getVar('DOMFORGE_IMAGES') or '').split(), False)}"
do_compile[mcdepends] += "${@domforge_tasks((d.getVar('DOMFORGE_IMAGES') or '').split(), True)}"
do_compile[cleandirs] = "${B}"
do_compile() {
    set -- "${DOMFORGE_FOLDER}/${DOMFORGE_MANIFEST}" -o "${B}/out" --depfile "${B}/domforge.d" --frozen -q
    for root in ${DOMFORGE_ROOTS}; do
        set -- "$@" --root "$root"
    done
    if [ -n "${DOMFORGE_LOCK}" ]; then
        set -- "$@" --lock "${DOMFORGE_FOLDER}/${DOMFORGE_LOCK}"
    fi
    ${DOMFORGE} build "$@"
}

do_install() {
    if [ -n "${DOMFORGE_DOMAIN}" ]; then
        set -- "${B}/out" --domain "${DOMFORGE_DOMAIN}" --into "${D}" --init "${DOMFORGE_INIT}" --root "${DOMFORGE_FOLDER}"
        for root in ${DOMFORGE_ROOTS}; do
            set -- "$@" --root "$root"
        done
        ${DOMFORGE} install "$@"
    fi
}

do_deploy() {
    if [ -z "${DOMFORGE_DOMAIN}" ]; then
        cp -R "${B}/out/." "${DEPLOYDIR}/"
    fi
}
addtask deploy after do_compile before do_build
