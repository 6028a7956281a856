// What MapLibre itself says.

import { say } from "../words/words";

export const locale = (): Record<string, string> => ({
  "AttributionControl.ToggleAttribution": say("map.toggle_attribution"),
  "AttributionControl.MapFeedback": say("map.feedback"),
  "Map.Title": say("map.title"),
  "NavigationControl.ZoomIn": say("map.zoom_in"),
  "NavigationControl.ZoomOut": say("map.zoom_out"),
  "ScaleControl.Feet": "ft",
  "ScaleControl.Meters": "m",
  "ScaleControl.Kilometers": "km",
  "ScaleControl.Miles": "mi",
  "ScaleControl.NauticalMiles": "nm",
  "CooperativeGesturesHandler.WindowsHelpText": say("map.scroll"),
  "CooperativeGesturesHandler.MacHelpText": say("map.scroll"),
  "CooperativeGesturesHandler.MobileHelpText": say("map.two_fingers"),
});
