// SPDX-License-Identifier: Apache-2.0

import React, {forwardRef} from "react"
import {MenuItem, MenuItemProps} from "@mui/material"
import {useTranslation} from "react-i18next"

type TelephoneMenuItemProps = Omit<MenuItemProps, "action" | "onSelect" | "onClick"> & {
    /** What the item does to the telephone channel; also the end of its text's key. */
    change: "start" | "pause" | "stop"
    onChosen: () => void
}

/** Starts, pauses or stops voting by telephone. The menu around it hands props and ref through. */
export const TelephoneMenuItem = forwardRef<HTMLLIElement, TelephoneMenuItemProps>(
    function TelephoneMenuItem({change, onChosen, ...rest}, ref) {
        const {t} = useTranslation()
        return (
            <MenuItem {...rest} ref={ref} onClick={onChosen}>
                {t(`publish.action.${change}TelephoneVoting`)}
            </MenuItem>
        )
    }
)
